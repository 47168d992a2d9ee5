import type { PatientChart } from './chart';

export interface ViewProps {
  chart: PatientChart;
  asOf: string | undefined;
  /** The item that is open, and how to open another one. */
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
}
