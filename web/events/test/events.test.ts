import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  createEvent, decodeEvent, encodeEvent, eventStream, eventSubject, eventTypes, importanceOf, intakeSubject, InvalidEventError, isEventType,
  problemsOf,
} from '../src/index';
import { fieldsByRecord, fieldsByType } from '../src/generated/contract';
import { newId } from '../src/newId';

const viewed = {
  patientId: 'p-1', resource: 'DiagnosticReport/dr-1/_history/1', reportId: 'dr-1', viewedBy: 'dr-lee', viewedAt: '2026-03-09T16:04:00Z',
};

interface Contract {
  events: { type: string; importance: string; fields: Record<string, string> }[];
  records: { record: string; fields: Record<string, string> }[];
}

describe('The catalogue', () => {
  test('is the approved contract, field by field', async () => {
    const approved = JSON.parse(await readFile(new URL('../../../docs/contracts/events.json', import.meta.url), 'utf8')) as Contract;

    expect(fieldsByType).toEqual(Object.fromEntries(approved.events.map(({ type, fields }) => [type, fields])));
    expect(fieldsByRecord).toEqual(Object.fromEntries(approved.records.map(({ record, fields }) => [record, fields])));
    expect(eventTypes.map(importanceOf)).toEqual(approved.events.map(({ importance }) => importance));
  });

  test('knows its types by name', () => {
    expect(isEventType('lab.critical.alert')).toBe(true);
    expect(isEventType('toString')).toBe(false);
    expect(isEventType('lab.critical')).toBe(false);
  });
});

describe('The validator', () => {
  const code = { code: '1', system: null, display: null };
  const allergy = { patientId: 'p', resource: 'AllergyIntolerance/a/_history/1', allergyId: 'a', code };

  test.each([
    ['nothing is wrong', 'patient.allergy.added', allergy, []],
    ['a field is missing', 'patient.allergy.added', { ...allergy, allergyId: undefined }, ['data.allergyId is missing']],
    ['a field is null that may not be', 'patient.allergy.added', { ...allergy, patientId: null }, ['data.patientId is missing']],
    ['a field has another type', 'patient.allergy.added', { ...allergy, allergyId: 7 }, ['data.allergyId is not of the type string']],
    ['a record lacks a field', 'patient.allergy.added', { ...allergy, code: {} }, ['data.code.code is missing']],
    ['a record is none', 'patient.allergy.added', { ...allergy, code: 'x' }, ['data.code is not an object']],
    ['a field is unknown', 'patient.allergy.added', { ...allergy, later: 1 }, []],
    ['the data are no object', 'patient.allergy.added', [], ['data is not an object']],
    ['the type is unknown', 'patient.moved', {}, ['there is no event patient.moved']],
    ['a list is none', 'patient.updated', { patientId: 'p', resource: 'r', changed: 'name' }, ['data.changed is not a list']],
    ['an element has another type', 'patient.updated', { patientId: 'p', resource: 'r', changed: ['a', 1] },
      ['data.changed[1] is not of the type string']],
  ])('says when %s', (_, type, data, problems) => {
    expect(problemsOf(type, data)).toEqual(problems);
  });

  test.each([
    ['2026-03-09T14:30:00Z', true],
    ['2026-03-09T14:30:00.123+01:00', true],
    ['2026-03-09', false],
    ['2026-13-09T14:30:00Z', false],
    ['2026-03-09T14:30:00', false],
  ])('takes %s for an instant: %s', (value, fits) => {
    const appointment = { id: 'a', resource: 'Appointment/a/_history/1', status: 'booked', scheduledStart: value };

    expect(problemsOf('appointment.created', appointment).length === 0).toBe(fits);
  });
});

describe('An event', () => {
  test('gets its envelope and its absent fields, and comes back as it was', () => {
    const event = createEvent({
      type: 'patient.created', source: 'urn:bridge', subject: 'Patient/p', data: { patientId: 'p', resource: 'Patient/p/_history/1' },
    });

    expect(event).toMatchObject({ specversion: '1.0', type: 'patient.created', source: 'urn:bridge', datacontenttype: 'application/json' });
    expect(event.data).toEqual({ patientId: 'p', resource: 'Patient/p/_history/1', name: null, birthDate: null, gender: null });
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
  });

  test('keeps the id that it is given', () => {
    expect(createEvent({ type: 'lab.result.viewed', source: 's', id: 'own', data: viewed }).id).toBe('own');
  });

  test('is not made of data that do not fit', () => {
    const wrong = { type: 'lab.result.viewed', source: 's', data: { ...viewed, reportId: 1 } } as never;

    expect(() => createEvent(wrong)).toThrow(InvalidEventError);
    expect(() => createEvent(wrong)).toThrow('data.reportId is not of the type string');
  });

  test.each([
    ['[]', 'specversion is not 1.0'],
    ['7', 'the event is not an object'],
    ['{"specversion":"1.0","type":"patient.created","source":"s","data":{}}', 'id is missing'],
    ['{"specversion":"1.0","id":"a","type":"patient.moved","source":"s","data":{}}', 'there is no event patient.moved'],
  ])('is not read from %s', (text, problem) => {
    expect(() => decodeEvent(text)).toThrow(problem);
  });

  test('has an id that sorts by time', () => {
    const ids = [newId(1), newId(2), newId(Date.now()), newId(Date.now() + 5)];

    expect(ids.toSorted()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('A subject', () => {
  test('names the tenant, then the sender, then the type', () => {
    expect(eventSubject('north')).toBe('vagus.north.>');
    expect(eventSubject('north', 'lab.>')).toBe('vagus.north.lab.>');
    expect(intakeSubject('north', 'bridge', 'lab.result.viewed')).toBe('vagus-in.north.bridge.lab.result.viewed');
    expect(eventStream('north')).toBe('VAGUS_north');
  });

  test.each(['north.>', 'North', '', '-north', 'a b', 'a'.repeat(64)])('is not made for the tenant "%s"', (tenant) => {
    expect(() => eventSubject(tenant)).toThrow(RangeError);
  });
});
