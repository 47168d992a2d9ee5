// @vitest-environment jsdom
import { afterAll, expect, test } from 'vitest';
import { targetOf } from '../../src/inbox/InboxPage';
import { isLeftFor } from '../../src/inbox/thread/ThreadHeader';
import { someThread } from './someThread';

document.body.innerHTML = '<h1 tabindex="-1"></h1><ul><li><a data-row="one" href="#"></a></li></ul><input><textarea></textarea>';
afterAll(() => document.body.replaceChildren());
const at = (selector: string) => document.querySelector(selector);

test('A thread that is loaded takes the focus from its own row and from a heading, never from a field', () => {
  expect([at('[data-row]'), at('h1')].map((element) => isLeftFor('one', element))).toEqual([true, true]);
  expect([at('input'), at('textarea'), document.body, null].map((element) => isLeftFor('one', element))).toEqual(Array(4).fill(false));
  expect(isLeftFor('two', at('[data-row]'))).toBe(false);
});

test('A letter acts on the row that has the focus, or on the open thread once it is shown', () => {
  const [one, two] = [someThread({ id: 'one' }), someThread({ id: 'two' })];

  expect(targetOf('one', two, [one, two])).toBe(one);
  expect(targetOf(null, two, [one])).toBe(two);
  expect(targetOf(null, undefined, [one, two])).toBeUndefined();
});
