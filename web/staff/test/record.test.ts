import { QueryClient } from '@tanstack/react-query';
import type { ResourceUpdate } from '@vagus/client';
import { beforeEach, expect, test } from 'vitest';
import type { AllergyIntolerance, Observation } from '../src/data/fhir/resources';
import { allergies, applyToRecord, labs, recordQuery } from '../src/chart/record';

const { queryKey } = recordQuery(allergies, 'p1');
let queries: QueryClient;

function allergy(id: string, version: number, status = 'active'): AllergyIntolerance {
  return {
    resourceType: 'AllergyIntolerance',
    id,
    meta: { versionId: String(version) },
    clinicalStatus: { coding: [{ code: status }] },
  };
}

function update(action: ResourceUpdate['action'], resource: AllergyIntolerance): ResourceUpdate {
  return {
    action,
    resourceType: resource.resourceType,
    resourceId: resource.id!,
    patientId: 'p1',
    versionId: resource.meta!.versionId!,
    resource: action === 'deleted' ? null : (resource as unknown as ResourceUpdate['resource']),
    sequence: 1,
  };
}

function shown(): string[] {
  return queries.getQueryData(queryKey)!.map((one) => `${one.id} v${one.meta!.versionId}`);
}

beforeEach(() => {
  queries = new QueryClient();
  queries.setQueryData(queryKey, [allergy('a', 2)]);
});

test('A created resource joins its list, active ones before others', () => {
  applyToRecord(queries, 'p1', update('created', allergy('b', 1, 'resolved')));

  expect(shown()).toEqual(['a v2', 'b v1']);
});

test('An older version is ignored, a newer one replaces', () => {
  applyToRecord(queries, 'p1', update('updated', allergy('a', 1)));
  expect(shown()).toEqual(['a v2']);

  applyToRecord(queries, 'p1', update('updated', allergy('a', 3)));
  expect(shown()).toEqual(['a v3']);
});

test('What was deleted or entered in error disappears', () => {
  applyToRecord(queries, 'p1', update('created', allergy('b', 1)));
  applyToRecord(queries, 'p1', update('deleted', allergy('b', 2)));
  const wrong = { ...allergy('a', 3), verificationStatus: { coding: [{ code: 'entered-in-error' }] } };
  applyToRecord(queries, 'p1', update('updated', wrong));

  expect(shown()).toEqual([]);
});

test('An observation that is not of the laboratory stays out of the lab results', () => {
  expect(labs.belongs({ resourceType: 'Observation', status: 'final' })).toBe(false);
});

const lab = (id: string, effectiveDateTime: string) => ({ resourceType: 'Observation', id, effectiveDateTime });

test('Values whose times have different offsets stand in the order of their instants', () => {
  const [early, late] = [lab('early', '2026-11-27T10:00:00Z'), lab('late', '2026-11-27T09:00:00-05:00')];

  const key = (one: typeof early) => labs.sortKey(one as Observation)[0]!;

  expect(key(late)).toBeGreaterThan(key(early));
});
