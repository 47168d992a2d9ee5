/** One change of a FHIR resource, as `/ws` tells it. */
export interface ResourceUpdate {
  readonly action: 'created' | 'updated' | 'deleted';
  readonly resourceType: string;
  readonly resourceId: string;
  readonly patientId: string | null;
  readonly versionId: string | null;
  /** The new content; null when the resource was deleted. */
  readonly resource: Readonly<Record<string, unknown>> | null;
  readonly sequence: number;
}

interface Frame {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Null when the text is not a frame: it is ignored, for a newer server may say more than we know. */
export function readFrame(text: unknown): Frame | null {
  if (typeof text !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(text);
    if (!isObject(frame) || typeof frame['type'] !== 'string') return null;
    return { type: frame['type'], data: isObject(frame['data']) ? frame['data'] : {} };
  } catch {
    return null;
  }
}

export function readUpdate(data: Readonly<Record<string, unknown>>): ResourceUpdate | null {
  const { action, resource_type: type, resource_id: id, sequence, resource } = data;
  if (action !== 'created' && action !== 'updated' && action !== 'deleted') return null;
  if (typeof type !== 'string' || typeof id !== 'string' || typeof sequence !== 'number') return null;
  return {
    action,
    resourceType: type,
    resourceId: id,
    patientId: textOf(data['patient_id']),
    versionId: textOf(data['version_id']),
    resource: isObject(resource) ? resource : null,
    sequence,
  };
}

export function writeFrame(type: string, data: object): string {
  return JSON.stringify({ type, data, timestamp: new Date().toISOString() });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
