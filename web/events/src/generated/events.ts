// Generated from the event catalogue by tools/Vagus.TypeScriptGenerator. Do not edit.

export interface Coding {
  code: string;
  system: string | null;
  display: string | null;
}

export interface CriticalAlertDetails {
  testName: string | null;
  value: number | null;
  unit: string | null;
  criticalReason: string | null;
  valueText: string | null;
}

export interface CriticalAlertOwner {
  userId: string;
  name: string;
  role: string;
}

export interface NotificationAction {
  type: string;
  url: string;
}

export interface VitalSign {
  resource: string;
  name: string;
  code: Coding | null;
  value: number | null;
  unit: string | null;
}

/** A Patient is created. */
export interface PatientCreated {
  patientId: string;
  resource: string;
  name: string | null;
  birthDate: string | null;
  gender: string | null;
}

/** A Patient changes. */
export interface PatientUpdated {
  patientId: string;
  resource: string;
  changed: readonly string[];
  name: string | null;
  birthDate: string | null;
  gender: string | null;
}

/** An AllergyIntolerance is created active, or becomes active. */
export interface PatientAllergyAdded {
  patientId: string;
  resource: string;
  allergyId: string;
  substance: string | null;
  code: Coding | null;
  criticality: string | null;
  patientName: string | null;
}

/** An active AllergyIntolerance is resolved, inactive, refuted, entered in error or deleted. */
export interface PatientAllergyRemoved {
  patientId: string;
  resource: string;
  allergyId: string;
  reason: string;
  substance: string | null;
  code: Coding | null;
}

/** A CoverageEligibilityResponse is active and complete and says that the coverage is in force. */
export interface PatientInsuranceVerified {
  patientId: string;
  resource: string;
  insurer: string | null;
  coverageId: string | null;
  validUntil: string | null;
}

/** An Invoice is issued, corrected or withdrawn, or a payment for an Invoice is recorded or withdrawn. */
export interface PatientBalanceChanged {
  patientId: string;
  resource: string;
  change: number;
  currency: string;
  reason: string;
  invoiceId: string | null;
}

/** An Appointment is created. */
export interface AppointmentCreated {
  id: string;
  resource: string;
  status: string;
  patientId: string | null;
  patientName: string | null;
  providerId: string | null;
  providerName: string | null;
  scheduledStart: string | null;
  scheduledEnd: string | null;
  appointmentType: string | null;
  location: string | null;
}

/** An Appointment changes without being cancelled or checked in. */
export interface AppointmentUpdated {
  id: string;
  resource: string;
  status: string;
  patientId: string | null;
  patientName: string | null;
  providerId: string | null;
  providerName: string | null;
  scheduledStart: string | null;
  scheduledEnd: string | null;
  appointmentType: string | null;
  location: string | null;
}

/** An Appointment's status becomes cancelled or noshow; from one of these to the other is an update. */
export interface AppointmentCancelled {
  id: string;
  resource: string;
  status: string;
  patientId: string | null;
  patientName: string | null;
  providerId: string | null;
  providerName: string | null;
  scheduledStart: string | null;
  scheduledEnd: string | null;
  appointmentType: string | null;
  location: string | null;
}

/** An Appointment's status becomes arrived or checked-in. */
export interface AppointmentCheckedIn {
  id: string;
  resource: string;
  status: string;
  patientId: string | null;
  patientName: string | null;
  providerId: string | null;
  providerName: string | null;
  scheduledStart: string | null;
  scheduledEnd: string | null;
  appointmentType: string | null;
  location: string | null;
}

/** An Encounter is created in progress, or becomes so. */
export interface EncounterStarted {
  patientId: string;
  resource: string;
  encounterId: string;
  status: string;
  class: string | null;
  providerId: string | null;
  startedAt: string | null;
}

/** An Encounter changes without starting or finishing. */
export interface EncounterUpdated {
  patientId: string;
  resource: string;
  encounterId: string;
  status: string;
  changed: readonly string[];
  class: string | null;
  providerId: string | null;
}

/** An Encounter's status becomes finished. */
export interface EncounterCompleted {
  patientId: string;
  resource: string;
  encounterId: string;
  status: string;
  class: string | null;
  providerId: string | null;
  endedAt: string | null;
}

/** A Provenance with a signature targets an Encounter. */
export interface EncounterSigned {
  patientId: string;
  resource: string;
  encounterId: string;
  signedBy: string | null;
  signedAt: string | null;
}

/** Vital-signs Observations are recorded or amended: one event per encounter and transaction. */
export interface EncounterVitalsRecorded {
  patientId: string;
  resource: string;
  vitals: readonly VitalSign[];
  encounterId: string | null;
  recordedAt: string | null;
}

/** A laboratory ServiceRequest becomes active. */
export interface LabOrderCreated {
  patientId: string;
  resource: string;
  orderId: string;
  testName: string | null;
  code: Coding | null;
  priority: string | null;
  orderingProviderId: string | null;
  encounterId: string | null;
}

/** A laboratory DiagnosticReport becomes final, amended or corrected. */
export interface LabResultAvailable {
  patientId: string;
  resource: string;
  reportId: string;
  status: string;
  released: boolean;
  testName: string | null;
  code: Coding | null;
  orderingProviderId: string | null;
  orderId: string | null;
  encounterId: string | null;
  issuedAt: string | null;
}

/** A laboratory Observation is final with interpretation HH, LL or AA, or beyond the tenant's critical limits for its LOINC code. */
export interface LabCriticalAlert {
  patientId: string;
  resource: string;
  observationId: string;
  testName: string;
  criticalReason: string;
  patientName: string | null;
  code: Coding | null;
  value: number | null;
  valueText: string | null;
  unit: string | null;
  interpretation: string | null;
  orderingProviderId: string | null;
  orderId: string | null;
  encounterId: string | null;
  observedAt: string | null;
  issuedAt: string | null;
  place: number | null;
}

/** A value that was critical is corrected to one that is not, entered in error, withdrawn, deleted or another patient's. */
export interface LabCriticalCorrected {
  patientId: string;
  resource: string;
  observationId: string;
  testName: string;
  correction: string;
  patientName: string | null;
  code: Coding | null;
  value: number | null;
  valueText: string | null;
  unit: string | null;
  previousValue: number | null;
  previousValueText: string | null;
  previousUnit: string | null;
  orderingProviderId: string | null;
  observedAt: string | null;
  issuedAt: string | null;
  place: number | null;
}

/** A person opens a DiagnosticReport of the laboratory or of imaging: reads it, one of its versions or its history by its id, also inside a batch or transaction. */
export interface LabResultViewed {
  patientId: string;
  resource: string;
  reportId: string;
  viewedBy: string;
  viewedAt: string | null;
}

/** An imaging ServiceRequest becomes active. */
export interface RadiologyOrderCreated {
  patientId: string;
  resource: string;
  orderId: string;
  studyName: string | null;
  code: Coding | null;
  priority: string | null;
  orderingProviderId: string | null;
  encounterId: string | null;
}

/** One DICOM file is stored. */
export interface RadiologyImageUploaded {
  resource: string;
  imageId: string;
  patientId: string | null;
  studyId: string | null;
}

/** An ImagingStudy becomes available. */
export interface RadiologyStudyComplete {
  patientId: string;
  resource: string;
  studyId: string;
  studyName: string | null;
  modality: string | null;
  numberOfImages: number | null;
  orderingProviderId: string | null;
  orderId: string | null;
  encounterId: string | null;
}

/** An imaging DiagnosticReport becomes final. */
export interface RadiologyReportFinalized {
  patientId: string;
  resource: string;
  reportId: string;
  released: boolean;
  studyName: string | null;
  code: Coding | null;
  orderingProviderId: string | null;
  orderId: string | null;
  encounterId: string | null;
  issuedAt: string | null;
  findings: string | null;
  impression: string | null;
  study: string | null;
}

/** A final imaging DiagnosticReport has a conclusion code that is in the tenant's critical findings. */
export interface RadiologyCriticalAlert {
  patientId: string;
  resource: string;
  reportId: string;
  finding: string;
  code: Coding;
  criticalReason: string;
  patientName: string | null;
  studyName: string | null;
  orderingProviderId: string | null;
  orderId: string | null;
  encounterId: string | null;
}

/** A MedicationRequest that is an order becomes active. */
export interface MedicationPrescribed {
  patientId: string;
  resource: string;
  prescriptionId: string;
  medication: string | null;
  code: Coding | null;
  dosage: string | null;
  prescriberId: string | null;
  encounterId: string | null;
}

/** A MedicationDispense becomes completed. */
export interface MedicationDispensed {
  patientId: string;
  resource: string;
  dispenseId: string;
  prescriptionId: string | null;
  medication: string | null;
  code: Coding | null;
  quantity: number | null;
  unit: string | null;
  dispensedAt: string | null;
}

/** A DetectedIssue tells of a drug interaction. */
export interface DrugInteractionAlert {
  patientId: string;
  resource: string;
  issueId: string;
  implicated: readonly string[];
  severity: string | null;
  detail: string | null;
  patientName: string | null;
  prescriberId: string | null;
}

/** A DetectedIssue tells of an allergy (ALGY), or a prescription has an RxNorm code, ingredient or class in common with an active one. */
export interface AllergyContraindication {
  patientId: string;
  resource: string;
  implicated: readonly string[];
  medication: string | null;
  code: Coding | null;
  allergy: string | null;
  severity: string | null;
  prescriptionId: string | null;
  patientName: string | null;
  prescriberId: string | null;
}

/** A ServiceRequest for a biopsy becomes active. */
export interface BiopsyCreated {
  patientId: string;
  resource: string;
  biopsyId: string;
  status: string;
  procedure: string | null;
  code: Coding | null;
  bodySite: string | null;
  orderingProviderId: string | null;
  encounterId: string | null;
}

/** A biopsy's ServiceRequest or its Specimen changes. */
export interface BiopsyUpdated {
  patientId: string;
  resource: string;
  biopsyId: string;
  changed: readonly string[];
  status: string | null;
  specimenId: string | null;
  orderingProviderId: string | null;
}

/** A pathology DiagnosticReport on a biopsy becomes final, amended or corrected. */
export interface BiopsyResultReceived {
  patientId: string;
  resource: string;
  biopsyId: string;
  reportId: string;
  released: boolean;
  procedure: string | null;
  conclusions: readonly Coding[] | null;
  orderingProviderId: string | null;
  patientName: string | null;
  issuedAt: string | null;
  isMalignant: boolean | null;
}

/** A Provenance with a signature targets a biopsy's report, or its ServiceRequest. */
export interface BiopsyReviewed {
  patientId: string;
  resource: string;
  biopsyId: string;
  reportId: string | null;
  reviewedBy: string | null;
  reviewedAt: string | null;
}

/** A Claim is created. */
export interface ClaimCreated {
  resource: string;
  claimId: string;
  status: string;
  patientId: string | null;
  insurer: string | null;
  total: number | null;
  currency: string | null;
}

/** A Claim changes and keeps its status. */
export interface ClaimUpdated {
  resource: string;
  claimId: string;
  status: string;
  changed: readonly string[];
  patientId: string | null;
  total: number | null;
  currency: string | null;
}

/** A Claim's status changes, or its ClaimResponse gets another outcome. */
export interface ClaimStatusChanged {
  resource: string;
  claimId: string;
  status: string;
  previousStatus: string | null;
  patientId: string | null;
}

/** A Claim becomes active, that is, leaves for the insurer. */
export interface ClaimSubmitted {
  resource: string;
  claimId: string;
  patientId: string | null;
  insurer: string | null;
  total: number | null;
  currency: string | null;
}

/** A ClaimResponse ends the claim without payment. */
export interface ClaimDenied {
  resource: string;
  claimId: string;
  patientId: string | null;
  reason: string | null;
  insurer: string | null;
}

/** A ClaimResponse grants a payment. */
export interface ClaimPaid {
  resource: string;
  claimId: string;
  patientId: string | null;
  amount: number | null;
  currency: string | null;
  insurer: string | null;
}

/** A PaymentNotice or PaymentReconciliation is active and of an amount. */
export interface PaymentReceived {
  resource: string;
  paymentId: string;
  amount: number;
  currency: string | null;
  patientId: string | null;
  claimId: string | null;
  invoiceId: string | null;
}

/** A prior-authorization Claim's status changes, or its ClaimResponse gets another outcome. */
export interface PriorAuthStatusChanged {
  resource: string;
  priorAuthId: string;
  status: string;
  previousStatus: string | null;
  patientId: string | null;
}

/** A ClaimResponse authorizes what a prior-authorization Claim asked for. */
export interface PriorAuthApproved {
  resource: string;
  priorAuthId: string;
  patientId: string | null;
  authorizationNumber: string | null;
  validUntil: string | null;
  insurer: string | null;
}

/** A ClaimResponse refuses what a prior-authorization Claim asked for. */
export interface PriorAuthDenied {
  resource: string;
  priorAuthId: string;
  patientId: string | null;
  reason: string | null;
  insurer: string | null;
}

/** A thread is opened. */
export interface ThreadCreated {
  threadId: string;
  kind: string;
  status: string;
  participantIds: readonly string[];
  patientId: string | null;
  category: string | null;
  priority: string | null;
  assignedTo: string | null;
  createdBy: string | null;
}

/** A thread is assigned, prioritised, categorised or moved to another open status. */
export interface ThreadUpdated {
  threadId: string;
  kind: string;
  status: string;
  participantIds: readonly string[];
  changed: readonly string[];
  patientId: string | null;
  category: string | null;
  priority: string | null;
  assignedTo: string | null;
  updatedBy: string | null;
}

/** A thread is closed. */
export interface ThreadClosed {
  threadId: string;
  kind: string;
  participantIds: readonly string[];
  patientId: string | null;
  closedBy: string | null;
}

/** A closed thread is reopened, by staff or by a patient's reply. */
export interface ThreadReopened {
  threadId: string;
  kind: string;
  status: string;
  participantIds: readonly string[];
  patientId: string | null;
  reopenedBy: string | null;
}

/** A message is stored. */
export interface MessageSent {
  messageId: string;
  threadId: string;
  kind: string;
  number: number;
  senderId: string;
  senderRole: string;
  sentAt: string;
  participantIds: readonly string[];
  recipientId: string | null;
  patientId: string | null;
  contextType: string | null;
  contextId: string | null;
  resource: string | null;
  clientMessageId: string | null;
}

/** A participant's reading mark moves forward. */
export interface MessageRead {
  messageId: string;
  threadId: string;
  kind: string;
  number: number;
  readerId: string;
  readAt: string;
  participantIds: readonly string[];
  patientId: string | null;
}

/** A message is taken back. */
export interface MessageRetracted {
  messageId: string;
  threadId: string;
  kind: string;
  number: number;
  retractedBy: string;
  retractedAt: string;
  participantIds: readonly string[];
  patientId: string | null;
  resource: string | null;
}

/** Staff write an internal note. */
export interface NoteAdded {
  noteId: string;
  threadId: string;
  authorId: string;
  addedAt: string;
  patientId: string | null;
  mentionedIds: readonly string[] | null;
}

/** Something critical gets its first owner. */
export interface AlertRaised {
  alertId: string;
  alertType: string;
  priority: string;
  level: number;
  patientId: string | null;
  resource: string | null;
  ownerId: string | null;
  ownerRole: string | null;
  dueAt: string | null;
  sourceEventId: string | null;
}

/** A person acknowledges an alert. */
export interface AlertAcknowledged {
  alertId: string;
  alertType: string;
  acknowledgedBy: string;
  acknowledgedAt: string;
  patientId: string | null;
  resource: string | null;
  dueAt: string | null;
}

/** An alert gets another owner, because time ran out or because it was delegated. */
export interface AlertEscalated {
  alertId: string;
  alertType: string;
  level: number;
  reason: string;
  patientId: string | null;
  resource: string | null;
  previousOwnerId: string | null;
  ownerId: string | null;
  ownerRole: string | null;
  dueAt: string | null;
}

/** An action is recorded and the alert ends. */
export interface AlertResolved {
  alertId: string;
  alertType: string;
  resolvedAt: string;
  resolvedBy: string | null;
  patientId: string | null;
  resource: string | null;
  action: string | null;
}

/** A person is told of something that concerns them. */
export interface NotificationSent {
  id: string;
  type: string;
  priority: string;
  title: string;
  message: string;
  patientId: string | null;
  reportId: string | null;
  action: NotificationAction | null;
}

/** An alert gets an owner: the person who is told has to act. */
export interface CriticalAlert {
  id: string;
  type: string;
  priority: string;
  title: string;
  message: string;
  requiresAcknowledgment: boolean;
  owner: CriticalAlertOwner;
  level: number;
  dueAt: string;
  patientId: string | null;
  patientName: string | null;
  details: CriticalAlertDetails | null;
}

/** Any FHIR resource is created. */
export interface ResourceCreated {
  resourceType: string;
  resourceId: string;
  versionId: string;
  resource: string;
  patientId: string | null;
}

/** Any FHIR resource gets a new version. */
export interface ResourceUpdated {
  resourceType: string;
  resourceId: string;
  versionId: string;
  resource: string;
  patientId: string | null;
}

/** Any FHIR resource is deleted. */
export interface ResourceDeleted {
  resourceType: string;
  resourceId: string;
  versionId: string;
  resource: string;
  patientId: string | null;
}

/** Event data by CloudEvents type. */
export interface EventDataByType {
  'patient.created': PatientCreated;
  'patient.updated': PatientUpdated;
  'patient.allergy.added': PatientAllergyAdded;
  'patient.allergy.removed': PatientAllergyRemoved;
  'patient.insurance_verified': PatientInsuranceVerified;
  'patient.balance_changed': PatientBalanceChanged;
  'appointment.created': AppointmentCreated;
  'appointment.updated': AppointmentUpdated;
  'appointment.cancelled': AppointmentCancelled;
  'appointment.checkedin': AppointmentCheckedIn;
  'encounter.started': EncounterStarted;
  'encounter.updated': EncounterUpdated;
  'encounter.completed': EncounterCompleted;
  'encounter.signed': EncounterSigned;
  'encounter.vitals.recorded': EncounterVitalsRecorded;
  'lab.order.created': LabOrderCreated;
  'lab.result.available': LabResultAvailable;
  'lab.critical.alert': LabCriticalAlert;
  'lab.critical.corrected': LabCriticalCorrected;
  'lab.result.viewed': LabResultViewed;
  'radiology.order.created': RadiologyOrderCreated;
  'radiology.image.uploaded': RadiologyImageUploaded;
  'radiology.study.complete': RadiologyStudyComplete;
  'radiology.report.finalized': RadiologyReportFinalized;
  'radiology.critical.alert': RadiologyCriticalAlert;
  'pharmacy.medication.prescribed': MedicationPrescribed;
  'pharmacy.medication.dispensed': MedicationDispensed;
  'pharmacy.interaction.alert': DrugInteractionAlert;
  'pharmacy.allergy.contraindication': AllergyContraindication;
  'biopsy.created': BiopsyCreated;
  'biopsy.updated': BiopsyUpdated;
  'biopsy.result_received': BiopsyResultReceived;
  'biopsy.reviewed': BiopsyReviewed;
  'claim.created': ClaimCreated;
  'claim.updated': ClaimUpdated;
  'claim.status_changed': ClaimStatusChanged;
  'claim.submitted': ClaimSubmitted;
  'claim.denied': ClaimDenied;
  'claim.paid': ClaimPaid;
  'payment.received': PaymentReceived;
  'prior_auth.status_changed': PriorAuthStatusChanged;
  'prior_auth.approved': PriorAuthApproved;
  'prior_auth.denied': PriorAuthDenied;
  'thread.created': ThreadCreated;
  'thread.updated': ThreadUpdated;
  'thread.closed': ThreadClosed;
  'thread.reopened': ThreadReopened;
  'message.sent': MessageSent;
  'message.read': MessageRead;
  'message.retracted': MessageRetracted;
  'note.added': NoteAdded;
  'alert.raised': AlertRaised;
  'alert.acknowledged': AlertAcknowledged;
  'alert.escalated': AlertEscalated;
  'alert.resolved': AlertResolved;
  'notification.sent': NotificationSent;
  'notification.critical': CriticalAlert;
  'resource.created': ResourceCreated;
  'resource.updated': ResourceUpdated;
  'resource.deleted': ResourceDeleted;
}

/** Event data by Socket.IO event name. */
export interface EventDataBySocketName {
  'patient:created': PatientCreated;
  'patient:updated': PatientUpdated;
  'patient:allergy_added': PatientAllergyAdded;
  'patient:allergy_removed': PatientAllergyRemoved;
  'patient:insurance_verified': PatientInsuranceVerified;
  'patient:balance_changed': PatientBalanceChanged;
  'appointment:created': AppointmentCreated;
  'appointment:updated': AppointmentUpdated;
  'appointment:cancelled': AppointmentCancelled;
  'appointment:checkedin': AppointmentCheckedIn;
  'encounter:created': EncounterStarted;
  'encounter:updated': EncounterUpdated;
  'encounter:completed': EncounterCompleted;
  'encounter:signed': EncounterSigned;
  'encounter:vitals_recorded': EncounterVitalsRecorded;
  'lab:order_created': LabOrderCreated;
  'lab:result_available': LabResultAvailable;
  'lab:critical_alert': LabCriticalAlert;
  'lab:critical_corrected': LabCriticalCorrected;
  'lab:result_viewed': LabResultViewed;
  'radiology:order_created': RadiologyOrderCreated;
  'radiology:image_uploaded': RadiologyImageUploaded;
  'radiology:study_complete': RadiologyStudyComplete;
  'radiology:report_finalized': RadiologyReportFinalized;
  'radiology:critical_alert': RadiologyCriticalAlert;
  'pharmacy:medication_prescribed': MedicationPrescribed;
  'pharmacy:medication_dispensed': MedicationDispensed;
  'pharmacy:interaction_alert': DrugInteractionAlert;
  'pharmacy:allergy_contraindication': AllergyContraindication;
  'biopsy:created': BiopsyCreated;
  'biopsy:updated': BiopsyUpdated;
  'biopsy:result_received': BiopsyResultReceived;
  'biopsy:reviewed': BiopsyReviewed;
  'claim:created': ClaimCreated;
  'claim:updated': ClaimUpdated;
  'claim:status_changed': ClaimStatusChanged;
  'claim:submitted': ClaimSubmitted;
  'claim:denied': ClaimDenied;
  'claim:paid': ClaimPaid;
  'payment:received': PaymentReceived;
  'prior_auth:status_changed': PriorAuthStatusChanged;
  'prior_auth:approved': PriorAuthApproved;
  'prior_auth:denied': PriorAuthDenied;
  'thread:created': ThreadCreated;
  'thread:updated': ThreadUpdated;
  'thread:closed': ThreadClosed;
  'thread:reopened': ThreadReopened;
  'message:sent': MessageSent;
  'message:read': MessageRead;
  'message:retracted': MessageRetracted;
  'note:added': NoteAdded;
  'alert:raised': AlertRaised;
  'alert:acknowledged': AlertAcknowledged;
  'alert:escalated': AlertEscalated;
  'alert:resolved': AlertResolved;
  'notification': NotificationSent;
  'critical_alert': CriticalAlert;
}

/** The names that an event goes by, and how loudly it asks for attention. */
export const eventCatalogue = {
  'patient.created': { socketName: 'patient:created', clinicalKind: 'patient_created', importance: 'normal' },
  'patient.updated': { socketName: 'patient:updated', clinicalKind: 'patient_updated', importance: 'normal' },
  'patient.allergy.added': { socketName: 'patient:allergy_added', clinicalKind: 'allergy_added', importance: 'critical' },
  'patient.allergy.removed': { socketName: 'patient:allergy_removed', clinicalKind: 'allergy_removed', importance: 'normal' },
  'patient.insurance_verified': { socketName: 'patient:insurance_verified', clinicalKind: 'status_changed', importance: 'normal' },
  'patient.balance_changed': { socketName: 'patient:balance_changed', clinicalKind: 'balance_changed', importance: 'normal' },
  'appointment.created': { socketName: 'appointment:created', clinicalKind: 'appointment_created', importance: 'normal' },
  'appointment.updated': { socketName: 'appointment:updated', clinicalKind: 'appointment_updated', importance: 'normal' },
  'appointment.cancelled': { socketName: 'appointment:cancelled', clinicalKind: 'status_changed', importance: 'normal' },
  'appointment.checkedin': { socketName: 'appointment:checkedin', clinicalKind: 'status_changed', importance: 'normal' },
  'encounter.started': { socketName: 'encounter:created', clinicalKind: 'status_changed', importance: 'normal' },
  'encounter.updated': { socketName: 'encounter:updated', clinicalKind: 'encounter_updated', importance: 'normal' },
  'encounter.completed': { socketName: 'encounter:completed', clinicalKind: 'status_changed', importance: 'normal' },
  'encounter.signed': { socketName: 'encounter:signed', clinicalKind: 'status_changed', importance: 'normal' },
  'encounter.vitals.recorded': { socketName: 'encounter:vitals_recorded', clinicalKind: 'vitals_recorded', importance: 'normal' },
  'lab.order.created': { socketName: 'lab:order_created', clinicalKind: 'order_placed', importance: 'normal' },
  'lab.result.available': { socketName: 'lab:result_available', clinicalKind: 'result_available', importance: 'normal' },
  'lab.critical.alert': { socketName: 'lab:critical_alert', clinicalKind: 'critical_result', importance: 'urgent' },
  'lab.critical.corrected': { socketName: 'lab:critical_corrected', clinicalKind: 'critical_corrected', importance: 'urgent' },
  'lab.result.viewed': { socketName: 'lab:result_viewed', clinicalKind: 'result_viewed', importance: 'normal' },
  'radiology.order.created': { socketName: 'radiology:order_created', clinicalKind: 'order_placed', importance: 'normal' },
  'radiology.image.uploaded': { socketName: 'radiology:image_uploaded', clinicalKind: 'image_uploaded', importance: 'normal' },
  'radiology.study.complete': { socketName: 'radiology:study_complete', clinicalKind: 'result_available', importance: 'normal' },
  'radiology.report.finalized': { socketName: 'radiology:report_finalized', clinicalKind: 'result_available', importance: 'normal' },
  'radiology.critical.alert': { socketName: 'radiology:critical_alert', clinicalKind: 'critical_result', importance: 'urgent' },
  'pharmacy.medication.prescribed': { socketName: 'pharmacy:medication_prescribed', clinicalKind: 'order_placed', importance: 'normal' },
  'pharmacy.medication.dispensed': { socketName: 'pharmacy:medication_dispensed', clinicalKind: 'medication_dispensed', importance: 'normal' },
  'pharmacy.interaction.alert': { socketName: 'pharmacy:interaction_alert', clinicalKind: 'safety_alert', importance: 'critical' },
  'pharmacy.allergy.contraindication': { socketName: 'pharmacy:allergy_contraindication', clinicalKind: 'safety_alert', importance: 'critical' },
  'biopsy.created': { socketName: 'biopsy:created', clinicalKind: 'order_placed', importance: 'normal' },
  'biopsy.updated': { socketName: 'biopsy:updated', clinicalKind: 'status_changed', importance: 'normal' },
  'biopsy.result_received': { socketName: 'biopsy:result_received', clinicalKind: 'result_available', importance: 'critical' },
  'biopsy.reviewed': { socketName: 'biopsy:reviewed', clinicalKind: 'result_viewed', importance: 'normal' },
  'claim.created': { socketName: 'claim:created', clinicalKind: 'claim_created', importance: 'normal' },
  'claim.updated': { socketName: 'claim:updated', clinicalKind: 'claim_updated', importance: 'normal' },
  'claim.status_changed': { socketName: 'claim:status_changed', clinicalKind: 'status_changed', importance: 'normal' },
  'claim.submitted': { socketName: 'claim:submitted', clinicalKind: 'status_changed', importance: 'normal' },
  'claim.denied': { socketName: 'claim:denied', clinicalKind: 'status_changed', importance: 'alert' },
  'claim.paid': { socketName: 'claim:paid', clinicalKind: 'status_changed', importance: 'normal' },
  'payment.received': { socketName: 'payment:received', clinicalKind: 'payment_received', importance: 'normal' },
  'prior_auth.status_changed': { socketName: 'prior_auth:status_changed', clinicalKind: 'status_changed', importance: 'normal' },
  'prior_auth.approved': { socketName: 'prior_auth:approved', clinicalKind: 'status_changed', importance: 'normal' },
  'prior_auth.denied': { socketName: 'prior_auth:denied', clinicalKind: 'status_changed', importance: 'alert' },
  'thread.created': { socketName: 'thread:created', clinicalKind: 'thread_created', importance: 'normal' },
  'thread.updated': { socketName: 'thread:updated', clinicalKind: 'thread_updated', importance: 'normal' },
  'thread.closed': { socketName: 'thread:closed', clinicalKind: 'status_changed', importance: 'normal' },
  'thread.reopened': { socketName: 'thread:reopened', clinicalKind: 'status_changed', importance: 'normal' },
  'message.sent': { socketName: 'message:sent', clinicalKind: 'message', importance: 'normal' },
  'message.read': { socketName: 'message:read', clinicalKind: 'message_read', importance: 'normal' },
  'message.retracted': { socketName: 'message:retracted', clinicalKind: 'message_retracted', importance: 'normal' },
  'note.added': { socketName: 'note:added', clinicalKind: 'note', importance: 'normal' },
  'alert.raised': { socketName: 'alert:raised', clinicalKind: 'alert_raised', importance: 'normal' },
  'alert.acknowledged': { socketName: 'alert:acknowledged', clinicalKind: 'status_changed', importance: 'normal' },
  'alert.escalated': { socketName: 'alert:escalated', clinicalKind: 'alert_escalated', importance: 'normal' },
  'alert.resolved': { socketName: 'alert:resolved', clinicalKind: 'status_changed', importance: 'normal' },
  'notification.sent': { socketName: 'notification', clinicalKind: 'notification', importance: 'normal' },
  'notification.critical': { socketName: 'critical_alert', clinicalKind: 'critical_alert', importance: 'urgent' },
  'resource.created': { socketName: null, clinicalKind: 'resource_created', importance: 'normal' },
  'resource.updated': { socketName: null, clinicalKind: 'resource_updated', importance: 'normal' },
  'resource.deleted': { socketName: null, clinicalKind: 'resource_deleted', importance: 'normal' },
} as const;

export type EventType = keyof EventDataByType;
export type SocketEventName = keyof EventDataBySocketName;

/** What the socket adds to an event's data. */
export interface Delivery {
  eventId: string;
  sequence: number;
  occurredAt: string;
  patientId: string | null;
}

/** The payload of a Socket.IO event. */
export type SocketEvent<Name extends SocketEventName = SocketEventName> = EventDataBySocketName[Name] & Delivery;

/** The envelope of an event: CloudEvents 1.0. */
export interface CloudEvent<Type extends EventType = EventType> {
  specversion: '1.0';
  id: string;
  type: Type;
  source: string;
  subject?: string;
  time: string;
  datacontenttype: string;
  tenantid?: string;
  userid?: string;
  portaltype?: string;
  correlationid?: string;
  traceparent?: string;
  sequence?: number;
  data: EventDataByType[Type];
}
