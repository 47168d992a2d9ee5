export interface Canned {
  readonly id: string;
  readonly title: string;
  readonly content: string;
  readonly category: string | null;
  readonly shortcode: string | null;
  readonly shared: boolean;
  readonly usageCount: number;
  readonly version: number;
  readonly mayChange: boolean;
}

export const cannedKey = ['settings', 'canned'];
