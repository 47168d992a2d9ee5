import './ui/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Portal, PortalProvider } from './data/portal';
import { followSession } from './shell/followSession';
import { makeRouter } from './shell/router';
import { reloadOnceForNewVersion } from './shell/newVersion';
import { Announcer } from './ui/Announcer';
import { WordsProvider } from './words/useWords';

const place = document.getElementById('root');
if (!place) throw new Error('index.html has no #root');

const portal = new Portal();
const router = makeRouter(portal);
followSession(portal, router);
reloadOnceForNewVersion();

// Phones end hidden pages without a word.
document.addEventListener('visibilitychange', () => portal.drafts.saveAll());
for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, () => void portal.session.acted(), { passive: true });

createRoot(place).render(
  <StrictMode>
    <WordsProvider choice={portal.language}>
      <QueryClientProvider client={portal.queries}>
        <PortalProvider value={portal}>
          <RouterProvider router={router} />
          <Announcer />
        </PortalProvider>
      </QueryClientProvider>
    </WordsProvider>
  </StrictMode>,
);
