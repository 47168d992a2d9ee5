export type * from '@vagus/events';
export { eventCatalogue, newId } from '@vagus/events';
export { LiveConnection, type LiveConnectionOptions } from './live/liveConnection.js';
export type { AnyEvent } from './live/anyEvent.js';
export { LiveSearch, type LiveSearchOptions, type SearchState, type SearchStatus } from './live/liveSearch.js';
export { viewResource, type Viewer, type ViewMode } from './live/presence.js';
export type { Acknowledged, RequestError } from './connection/askSocket.js';
export type { ConnectionState, ConnectionStatus } from './connection/connectionState.js';
export { whenFirstLive } from './connection/whenFirstLive.js';
export type { Gap } from './connection/resumePoint.js';
export { MessagingConnection, type MessagingConnectionOptions } from './messaging/messagingConnection.js';
export { Conversation, type ConversationState, type ConversationWith } from './messaging/conversation.js';
export { UnreadCount, type UnreadState } from './messaging/unreadCount.js';
export type * from './messaging/messages.js';
export * from './alerts/alertRequests.js';
export { OpenAlerts, type OpenAlertsState } from './alerts/openAlerts.js';
export { NotificationList, type NotificationListState } from './alerts/notificationList.js';
export { ResourceWatch, type ResourceWatchOptions } from './resources/resourceWatch.js';
export type { ResourceUpdate } from './resources/resourceFrames.js';
export {
  SubscriptionLine,
  type LostEvents,
  type SubscriptionLineOptions,
  type SubscriptionLineState,
} from './subscriptions/subscriptionLine.js';
export type { SubscriptionEvent } from './subscriptions/notification.js';
export { DevicePush, type DevicePushOptions, type PushState } from './program/devicePush.js';
export { HeicNotDrawn, HeicPictures, isHeic, type HeicFault, type HeicPicturesOptions } from './program/heicPictures.js';
export { keepProgram } from './program/keepProgram.js';
export { Outbox, type OutboxOptions, type OutboxSession, type Submitted } from './outbox/outbox.js';
export { KeptForms, type KeptForm } from './outbox/keptForms.js';
export * from './outbox/outboxEntry.js';
export { Observable } from './stores/observable.js';
export { readUntil } from './stores/readUntil.js';
export { resourceStore, VersionedStore, type VersionedStoreOptions, type Versioning } from './stores/versionedStore.js';
export type { AccessToken, TokenSource } from './session/accessTokens.js';
export { BrowserSession, type BrowserSessionOptions, type SessionState } from './session/browserSession.js';
export type { DeviceKey } from './session/deviceKey.js';
export type { Activation, Credentials, SignedInUser } from './session/sessionRequests.js';
export { factorOwed, type FactorMethod, type FactorOffer, type FactorOwed, type ShownFactor } from './session/secondFactor.js';
export { tellProgress, type Transport } from './session/tellProgress.js';
export { makePasskey, PasskeyNotShown, showPasskey } from './session/passkey.js';
export { may, type Me, type Permissions, type Verb } from './session/me.js';
export { Problem } from './session/problem.js';
export { whileSignedIn } from './session/whileSignedIn.js';
export type { Requester } from './session/requestJson.js';
export type { FhirResource } from './resource.js';
export { isStale, parseReference, type VersionedReference } from './versions.js';
