import { createTheme, DEFAULT_THEME, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Text on these shades, and these shades as text, reach 4.5:1 in both schemes (WCAG 2.2 AA). */
function withStrongShades(color: MantineColorsTuple, eight: string, nine: string): MantineColorsTuple {
  return [...color.slice(0, 8), eight, nine] as unknown as MantineColorsTuple;
}

const { blue, green, yellow, orange, teal, red, gray } = DEFAULT_THEME.colors;

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  respectReducedMotion: true,
  cursorType: 'pointer',
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  components: {
    // Focus alone opens nothing. The list scrolls by itself (see base.css) and stays inside its landmark or dialog. Named, not imported:
    // the component's code is not of the first screen.
    Select: { defaultProps: { openOnFocus: false, withScrollArea: false, comboboxProps: { withinPortal: false } } },
  },
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1rem' } } },
  colors: {
    blue: withStrongShades(blue, '#1560a8', '#0f4a84'),
    green: withStrongShades(green, '#1f6f33', '#185a29'),
    yellow: withStrongShades(yellow, '#8a5a00', '#704800'),
    orange: withStrongShades(orange, '#b03f06', '#8f3305'),
    teal: withStrongShades(teal, '#0a6b4f', '#07553f'),
    red: withStrongShades(red, '#c22525', '#9c1d1d'),
    // The fifth draws the borders of fields and buttons: 3:1 against what is around them.
    gray: [...gray.slice(0, 4), '#858e97', ...gray.slice(5, 7), '#5c636a', '#495057', '#212529'] as unknown as MantineColorsTuple,
    dark: ['#cdd3da', '#b4bcc6', '#8d97a3', '#6b7683', '#424b57', '#343c47', '#272e38', '#1b2129', '#151a21', '#0f1318'],
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f5f7f9',
    '--mantine-color-text': '#1c2733',
    '--mantine-color-dimmed': '#566069',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#c22525',
    '--mantine-color-anchor': '#1560a8',
    '--surface': '#ffffff',
    '--surface-sunken': '#eef1f4',
    '--line': '#dde3e9',
    '--line-strong': '#7b8794',
    '--focus': '#1560a8',
  },
  dark: {
    '--mantine-color-body': '#12161c',
    '--mantine-color-text': '#dde3ea',
    '--mantine-color-dimmed': '#a3acb7',
    '--mantine-color-placeholder': '#909296',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#7cbcf5',
    '--mantine-color-default-border': '#6f7a87',
    '--surface': '#1b2129',
    '--surface-sunken': '#161b22',
    '--line': '#323b46',
    '--line-strong': '#76818e',
    '--focus': '#7cbcf5',
  },
});
