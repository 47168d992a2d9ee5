import { expect, test } from 'vitest';
import { ResumePoint } from '../src/connection/resumePoint';

test('The first subscription sets the point to the head of the log', () => {
  const point = new ResumePoint();
  expect(point.since).toBeNull();

  point.subscribed(7);

  expect(point.since).toBe(7);
  expect(point.accept(7)).toBe(false);
  expect(point.accept(9)).toBe(true);
  expect(point.since).toBe(9);
});

test('Interrupted in the middle of a replay it resumes from before the replay', () => {
  const point = new ResumePoint(10);
  point.subscribed(20);
  expect(point.accept(11)).toBe(true);
  expect(point.accept(19)).toBe(true);

  point.interrupted();

  expect(point.since).toBe(10);
  point.subscribed(20);
  expect([11, 15, 19, 21].map((sequence) => point.accept(sequence))).toEqual([false, true, false, true]);
  expect(point.since).toBe(21);
});

test('A log that ends before what was seen is another log', () => {
  const point = new ResumePoint(50);

  expect(point.subscribed(3)).toBe(false);

  expect(point.since).toBe(3);
  expect(point.accept(4)).toBe(true);
});

test('A very long replay moves the point, so that what is remembered stays bounded', () => {
  const point = new ResumePoint(0);
  point.subscribed(1_000_000);

  for (let sequence = 1; sequence <= ResumePoint.rememberAtMost + 1; sequence += 1) point.accept(sequence);

  expect(point.since).toBe(ResumePoint.rememberAtMost + 1);
});
