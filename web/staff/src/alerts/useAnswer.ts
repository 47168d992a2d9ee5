import { useQueryClient } from '@tanstack/react-query';
import type { Alert, AlertReading } from '@vagus/client';
import { useAction } from '../ui/useAction';
import { forgetKept } from '../ui/useKept';
import { answerAlert, isLostRace, isOutOfDate, showAnswered, type AlertAnswer } from './answerAlert';
import { alertFailure, alertLine } from './alertWords';

const done: Readonly<Record<AlertAnswer['kind'], string>> = {
  acknowledge: 'acknowledged',
  resolve: 'recorded',
  delegate: 'handed on',
  calls: 'recorded',
};

/** The forms whose text is sent with each. */
const keptKinds: Readonly<Record<AlertAnswer['kind'], string>> = {
  acknowledge: 'acknowledge',
  resolve: 'resolve',
  delegate: 'delegate',
  calls: 'call',
};

/** An answer that was given, is under way, or failed. */
export type Answering = ReturnType<typeof useAnswer>;

/**
 * Answers an alert as it was `read`. What a colleague did first, or which value it shows by now, is loaded at once, so that the dialog says
 * it. It belongs to the dialog, not to a form: the event about an answer may be faster than the answer, and takes the form away.
 */
export function useAnswer(alert: Alert, read: AlertReading, thenHere: (answered: Alert, answer: AlertAnswer) => void) {
  const queries = useQueryClient();
  return useAction<AlertAnswer, Alert>({
    run: async (answer) => {
      try {
        return await answerAlert(alert.id, answer, read);
      } catch (error) {
        if (isLostRace(error) || isOutOfDate(error)) await queries.invalidateQueries({ queryKey: ['alerts'] });
        throw alertFailure(error as Error);
      }
    },
    done: ({ kind }) => done[kind],
    about: () => alertLine(alert),
    onSuccess: (answered, { kind }) => {
      forgetKept(`${keptKinds[kind]} ${alert.id}`);
      showAnswered(queries, answered);
    },
    thenHere,
    // Whether it arrived may not be known: what is shown has to be what is.
    onError: () => void queries.invalidateQueries({ queryKey: ['alerts'] }),
  });
}

/** Why the last answer of this kind failed; a lost race is told by the dialog. */
export function failureOf({ error, variables }: Answering, kind: AlertAnswer['kind']): Error | null {
  return variables?.kind === kind && !isLostRace(error) ? error : null;
}
