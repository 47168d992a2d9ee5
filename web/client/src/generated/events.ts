// Generated from the C# event catalogue. Do not edit by hand.

/** What every event that tells of a FHIR resource carries: a reference with its version. */
export interface EventData {
  resource?: string;
}

export interface PatientCreated extends EventData { patientName?: string }
export interface PatientUpdated extends EventData { patientName?: string }
export interface PatientAllergyAdded extends EventData { display?: string }
export interface PatientAllergyRemoved extends EventData { display?: string }

export interface AppointmentData extends EventData {
  id: string;
  patientName?: string | null;
  providerId?: string | null;
  providerName?: string | null;
  scheduledStart?: string | null;
  scheduledEnd?: string | null;
  status?: string;
  appointmentType?: string | null;
  location?: string | null;
}

export type AppointmentCreated = AppointmentData;
export type AppointmentUpdated = AppointmentData;
export type AppointmentCancelled = AppointmentData;
export type AppointmentCheckedIn = AppointmentData;

export interface EncounterData extends EventData { status?: string }
export interface LabResult extends EventData { display?: string }

/** Socket name to payload, without the stamp that the server adds to each. */
export interface SocketEvents {
  'patient:created': PatientCreated;
  'patient:updated': PatientUpdated;
  'patient:allergy_added': PatientAllergyAdded;
  'patient:allergy_removed': PatientAllergyRemoved;
  'appointment:created': AppointmentCreated;
  'appointment:updated': AppointmentUpdated;
  'appointment:cancelled': AppointmentCancelled;
  'appointment:checkedin': AppointmentCheckedIn;
  'encounter:created': EncounterData;
  'encounter:updated': EncounterData;
  'encounter:completed': EncounterData;
  'lab:result_available': LabResult;
  'lab:critical_alert': LabResult;
}
