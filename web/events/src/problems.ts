import { fieldsByRecord, fieldsByType } from './generated/contract.js';
import { isEventType } from './catalogue.js';

type Fields = Readonly<Record<string, string>>;

/** RFC 3339 with an offset. */
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

const primitives: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value),
  decimal: (value) => typeof value === 'number' && Number.isFinite(value),
  instant: (value) => typeof value === 'string' && instant.test(value) && !Number.isNaN(Date.parse(value)),
};

/**
 * What is wrong with the data of an event, each with its path; nothing where it fits. Fields that the catalogue does not name are let
 * through: a later version may have them.
 */
export function problemsOf(type: string, data: unknown): string[] {
  if (!isEventType(type)) return [`there is no event ${type}`];
  return problemsOfRecord('data', fieldsByType[type], data);
}

function problemsOfRecord(path: string, fields: Fields, value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is not an object`];
  const record = value as Record<string, unknown>;
  return Object.entries(fields).flatMap(([name, kind]) => problemsOfField(`${path}.${name}`, kind, record[name]));
}

function problemsOfField(path: string, kind: string, value: unknown): string[] {
  if (kind.endsWith('?')) return value === null || value === undefined ? [] : problemsOfField(path, kind.slice(0, -1), value);
  if (value === null || value === undefined) return [`${path} is missing`];
  if (kind.endsWith('[]')) {
    if (!Array.isArray(value)) return [`${path} is not a list`];
    return value.flatMap((each: unknown, index) => problemsOfField(`${path}[${index}]`, kind.slice(0, -2), each));
  }
  const fits = primitives[kind];
  if (fits) return fits(value) ? [] : [`${path} is not of the type ${kind}`];
  return problemsOfRecord(path, (fieldsByRecord as Readonly<Record<string, Fields>>)[kind]!, value);
}
