import { getRouteApi } from '@tanstack/react-router';
import { EncountersView } from './EncountersView';
import { ImagingView } from './ImagingView';
import { MedicationsView } from './MedicationsView';
import { MessagesView } from './MessagesView';
import { ResultsView } from './ResultsView';
import { SummaryView } from './SummaryView';
import { TimelineView } from './TimelineView';
import type { PatientChart } from './chart';
import { shownView } from './chartParts';
import type { ViewProps } from './viewProps';

const route = getRouteApi('/signed-in/patients/$patientId');

export function ChartViews({ chart }: { chart: PatientChart }) {
  const { view, asOf, open } = route.useSearch();
  const navigate = route.useNavigate();

  function openItem(id: string | undefined): void {
    void navigate({ search: ({ open: _before, ...search }) => (id ? { ...search, open: id } : search), replace: true, resetScroll: false });
  }

  const shown: ViewProps = { chart, asOf, open, onOpen: openItem };
  switch (shownView(chart, view)) {
    case 'timeline':
      return <TimelineView {...shown} />;
    case 'results':
      return <ResultsView {...shown} />;
    case 'medications':
      return <MedicationsView {...shown} />;
    case 'imaging':
      return <ImagingView {...shown} />;
    case 'encounters':
      return <EncountersView {...shown} />;
    case 'messages':
      return <MessagesView {...shown} />;
    case undefined:
      return <SummaryView {...shown} />;
  }
}
