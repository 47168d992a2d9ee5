import { eventCatalogue, type AnyEvent, type EventType, type SocketEvent, type SocketEventName } from '@vagus/client';

type Catalogue = typeof eventCatalogue;
type SocketNameOf<Type extends EventType> = Catalogue[Type]['socketName'];
type WireName = { [Type in EventType]: SocketNameOf<Type> extends SocketEventName ? Type : never }[EventType];

/** An event by its socket name (`lab:critical_alert`) or its wire name (`lab.critical.alert`). */
export type ClinicalEventName = SocketEventName | WireName;

type SocketName<Name extends ClinicalEventName> = Name extends SocketEventName
  ? Name
  : Name extends WireName
    ? Extract<SocketNameOf<Name>, SocketEventName>
    : never;

/** What comes with an event. */
export type ClinicalEvent<Name extends ClinicalEventName = ClinicalEventName> = SocketEvent<SocketName<Name>>;

const wireNames: Readonly<Record<string, { readonly socketName: string | null }>> = eventCatalogue;

export function socketNameOf(name: string): string {
  return (Object.hasOwn(wireNames, name) ? wireNames[name]?.socketName : null) ?? name;
}

/** Whether an event is the one that is named, or of the family: `appointment`, `appointment:*`, `appointment.*`. */
export function isNamed({ name }: AnyEvent, wanted: string): boolean {
  const family = wanted.replace(/[.:]\*$/, '');
  return name === socketNameOf(wanted) || name.startsWith(`${family}:`);
}
