// @vitest-environment jsdom
import { fireEvent, screen } from '@testing-library/react';
import { useState, type ReactElement } from 'react';
import { expect, test } from 'vitest';
import { AsOfControl } from '../../src/chart/AsOfControl';
import { FormPage } from './formPage';

const page = FormPage.forEachTest();

function Control(): ReactElement {
  const [asOf, setAsOf] = useState<string | undefined>();
  return <AsOfControl asOf={asOf} onChange={setAsOf} />;
}

test('The slider stays open, where it is and in focus while it is moved, and the field follows', async () => {
  page.show(<Control />);
  await page.press('As of…');
  const slider = screen.getByRole('slider');
  slider.focus();
  const before = screen.getByLabelText<HTMLInputElement>(/^Moment/).value;

  for (const days of ['1', '2', '30']) fireEvent.change(slider, { target: { value: days } });

  expect(document.activeElement).toBe(slider);
  expect(screen.getByRole('slider')).toBe(slider);
  expect((slider as HTMLInputElement).value).toBe('30');
  expect(screen.getByLabelText<HTMLInputElement>(/^Moment/).value).not.toBe(before);
});
