"""People who are not: names, NIKs with a sound birth date, by number, always the same."""

import itertools

FIRST = ("Siti", "Sri", "Slamet", "Suparman", "Wahyu", "Eko", "Dewi", "Endang", "Agus", "Budi", "Rini", "Tri",
         "Yanti", "Joko", "Mulyono", "Kasmini", "Sutrisno", "Ngatinah", "Rohmah", "Wagiman")
LAST = ("Aminah", "Rahayu", "Widodo", "Lestari", "Santoso", "Wati", "Hidayat", "Susanti", "Prasetyo", "Utami",
        "Setiawan", "Kurniawan", "Purnomo", "Handayani", "Saputra", "Maryati", "Suryani", "Nugroho", "Hartono")


def person(n, area):
    """The n-th person of all; area: six digits of a district."""
    woman = n % 2 == 1
    day, month, year = 1 + n % 28 + (40 if woman else 0), 1 + n // 28 % 12, 65 + n // 336 % 34
    return {"nik": f"{area}{day:02d}{month:02d}{year:02d}{1 + n // 11424 % 9999:04d}",
            "name": f"{FIRST[n % 20]} {LAST[n // 20 % 19]} {roman(n // 380)}".strip(),
            "phone": "", "occupation": str(1 + n % 9), "area": area}


def roman(n):
    """Tells people of one name apart by letters, as a list in an office would."""
    return "" if n == 0 else roman((n - 1) // 26) + chr(ord("A") + (n - 1) % 26)


def make(n, areas, first=1):
    return [person(i, a) for i, a in zip(range(first, first + n), itertools.cycle(areas))]
