import './ui/styles';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followSession } from './shell/followSession';
import { printInLight } from './shell/printInLight';
import { dropFailedStyles } from './shell/pages';
import { queryClient } from './shell/queryClient';
import { router } from './shell/router';
import { watchActions } from './shell/watchActions';
import { theme } from './ui/theme';

followSession();
watchActions();
printInLight();
dropFailedStyles();

const place = document.getElementById('root');
if (!place) throw new Error('index.html has no #root');

createRoot(place).render(
  <StrictMode>
    {/* The variables come from a stylesheet; a strict CSP does not allow style elements. */}
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
