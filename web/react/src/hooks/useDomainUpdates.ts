import { useEventHandlers, type Handlers } from './useEventHandlers.js';

const appointments = {
  onAppointmentCreated: 'appointment:created',
  onAppointmentUpdated: 'appointment:updated',
  onAppointmentCancelled: 'appointment:cancelled',
  onAppointmentCheckedIn: 'appointment:checkedin',
} as const;

const encounters = {
  onEncounterCreated: 'encounter:created',
  onEncounterUpdated: 'encounter:updated',
  onEncounterCompleted: 'encounter:completed',
  onEncounterSigned: 'encounter:signed',
  onVitalsRecorded: 'encounter:vitals_recorded',
} as const;

const billing = {
  onClaimCreated: 'claim:created',
  onClaimUpdated: 'claim:updated',
  onClaimStatusChanged: 'claim:status_changed',
  onClaimSubmitted: 'claim:submitted',
  onClaimDenied: 'claim:denied',
  onClaimPaid: 'claim:paid',
  onPaymentReceived: 'payment:received',
  onPriorAuthStatusChanged: 'prior_auth:status_changed',
  onPriorAuthApproved: 'prior_auth:approved',
  onPriorAuthDenied: 'prior_auth:denied',
  onBalanceChanged: 'patient:balance_changed',
  onInsuranceVerified: 'patient:insurance_verified',
} as const;

const biopsies = {
  onBiopsyCreated: 'biopsy:created',
  onBiopsyUpdated: 'biopsy:updated',
  onBiopsyResultReceived: 'biopsy:result_received',
  onBiopsyReviewed: 'biopsy:reviewed',
} as const;

export type AppointmentUpdates = Handlers<typeof appointments>;
export type EncounterUpdates = Handlers<typeof encounters>;
export type BillingUpdates = Handlers<typeof billing>;
export type BiopsyUpdates = Handlers<typeof biopsies>;

export function useAppointmentUpdates(handlers: AppointmentUpdates): void {
  useEventHandlers(appointments, handlers);
}

export function useEncounterUpdates(handlers: EncounterUpdates): void {
  useEventHandlers(encounters, handlers);
}

export function useBillingUpdates(handlers: BillingUpdates): void {
  useEventHandlers(billing, handlers);
}

export function useBiopsyUpdates(handlers: BiopsyUpdates): void {
  useEventHandlers(biopsies, handlers);
}
