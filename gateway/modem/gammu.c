/* The only file that knows libgammu. It sends; it is not asked to receive: its own handling loses
 * notifications in bursts, stops at the first PDU it cannot read, and can be crashed by one. */
#include "modem/gammu_edge.h"
#include "modem/utf16.h"

#include <gammu.h>
#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static GSM_StateMachine *machine;
static GSM_SMSMessage message; /* 5 kB: not on the stack */

/* libgammu calls it without asking whether there is one; the gate has the same news and more. */
static void on_status(GSM_StateMachine *sm, int status, int reference, void *arg)
{
	(void)sm;
	(void)status;
	(void)reference;
	(void)arg;
}

/* The state machine is opaque and tells no descriptor: look which of ours is that device. */
static int find_fd(int probe_fd)
{
	struct stat want, st;

	if (fstat(probe_fd, &want) != 0)
		return -1;
	for (int fd = 3; fd < 64; fd++)
		if (fd != probe_fd && fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
		        st.st_rdev == want.st_rdev)
			return fd;
	return -1;
}

static char *copy(const char *s)
{
	char *p = strdup(s);

	if (!p)
		abort();
	return p;
}

int gammu_connect(const char *device, const char *connection, int probe_fd, int *fd)
{
	GSM_Config *cfg;
	GSM_Error e;

	machine = GSM_AllocStateMachine();
	if (!machine)
		return ERR_MOREMEMORY;
	cfg = GSM_GetConfig(machine, 0);
	cfg->Device = copy(device);
	cfg->Connection = copy(connection[0] ? connection : "dku2at");
	cfg->DebugFile = copy("");
	snprintf(cfg->Model, sizeof cfg->Model, "at");
	cfg->UseGlobalDebugFile = FALSE;
	cfg->SyncTime = cfg->StartInfo = cfg->LockDevice = FALSE;
	cfg->PhoneFeatures[0] = 0;
	cfg->CNMIParams[0] = 2;
	cfg->CNMIParams[1] = 1;
	cfg->CNMIParams[2] = 2;
	cfg->CNMIParams[3] = 1;
	cfg->CNMIParams[4] = -1;
	GSM_SetConfigNum(machine, 1);
	e = GSM_InitConnection(machine, 1);
	if (e == ERR_NONE) {
		*fd = find_fd(probe_fd);
		if (*fd >= 0) {
			GSM_SetSendSMSStatusCallback(machine, on_status, NULL);
			return 0;
		}
		e = ERR_UNKNOWN;
	}
	/* terminate first: freeing alone would leave the device open and locked */
	GSM_TerminateConnection(machine);
	GSM_FreeStateMachine(machine);
	machine = NULL;
	return e;
}

enum frame_trouble gammu_trouble(int error)
{
	switch (error) {
	case ERR_DEVICEOPENERROR:
	case ERR_DEVICELOCKED:
	case ERR_DEVICENOTEXIST:
	case ERR_DEVICEBUSY:
	case ERR_DEVICENOPERMISSION:
	case ERR_DEVICENODRIVER:
	case ERR_DEVICENOTWORK:
		return FRAME_TROUBLE_OPEN;
	case ERR_DEVICEWRITEERROR:
	case ERR_DEVICEREADERROR:
		return FRAME_TROUBLE_GONE;
	case ERR_TIMEOUT:
		return FRAME_TROUBLE_MUTE;
	default:
		return FRAME_TROUBLE_OTHER;
	}
}

const char *gammu_error_text(int error)
{
	return GSM_ErrorString((GSM_Error)error);
}

/* 23.040 9.2.3.12.1, rounded up, so that a message never expires before its time. */
static int validity(uint32_t minutes)
{
	if (minutes == 0)
		return SMS_VALID_Max_Time;
	if (minutes <= 12 * 60)
		return (int)(minutes + 4) / 5 - 1;
	if (minutes <= 24 * 60)
		return 143 + (int)(minutes - 12 * 60 + 29) / 30;
	if (minutes <= 30 * 24 * 60)
		return 166 + (int)(minutes + 1439) / 1440;
	return 192 + (int)(minutes + 10079) / 10080;
}

static int septets(const char *s)
{
	int n = 0, k;
	uint32_t cp;

	while ((cp = text_utf8_next(&s)) != 0) {
		k = text_gsm7_septets(cp);
		if (k == 0)
			return -1;
		n += k;
	}
	return n;
}

static int set_text(const struct frame_send *send)
{
	bool gsm7 = send->coding == FRAME_GSM7;
	size_t units = utf16_from_utf8(send->text, message.Text, sizeof message.Text);
	int n = gsm7 ? septets(send->text) : (int)units;
	int limit = gsm7 ? (send->total > 1 ? 153 : 160) : (send->total > 1 ? 67 : 70);

	if (units == 0 || n < 0 || n > limit)
		return ERR_INVALIDDATA;
	message.Coding =
	        gsm7 ? SMS_Coding_Default_No_Compression : SMS_Coding_Unicode_No_Compression;
	message.Length = (int)units;
	return 0;
}

static void set_part(const struct frame_send *send)
{
	const unsigned char header[6] = { 5, 0, 3, (unsigned char)send->ref,
		(unsigned char)send->total, (unsigned char)send->part };

	message.UDH.Type = UDH_NoUDH;
	if (send->total <= 1)
		return;
	message.UDH.Type = UDH_ConcatenatedMessages;
	message.UDH.Length = sizeof header;
	memcpy(message.UDH.Text, header, sizeof header);
	message.UDH.ID8bit = (int)send->ref;
	message.UDH.ID16bit = -1;
	message.UDH.PartNumber = (int)send->part;
	message.UDH.AllParts = (int)send->total;
}

int gammu_prepare(const struct frame_send *send, const char *smsc)
{
	int e;

	if (smsc[0] == '\0')
		return ERR_EMPTYSMSC;
	memset(&message, 0, sizeof message);
	GSM_SetDefaultSMSData(&message);
	message.Class = -1;
	message.PDU = send->report ? SMS_Status_Report : SMS_Submit;
	EncodeUnicode(message.Number, send->msisdn, strlen(send->msisdn));
	/* Location 0: use this number, do not ask the SIM before every text */
	message.SMSC.Location = 0;
	EncodeUnicode(message.SMSC.Number, smsc, strlen(smsc));
	message.SMSC.Validity.Format = SMS_Validity_RelativeFormat;
	message.SMSC.Validity.Relative = (GSM_ValidityPeriod)validity(send->validity_min);
	e = set_text(send);
	set_part(send);
	return e;
}

int gammu_send(void)
{
	GSM_Error e = GSM_SendSMS(machine, &message);

	return e == ERR_NONE ? 0 : (int)e;
}

void gammu_pump(void)
{
	GSM_ReadDevice(machine, FALSE);
}
