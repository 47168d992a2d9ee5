/** A text, or its forms by the plural rules of the language for `count`. `{name}` stands for a value. */
export type Text = string | { readonly one: string; readonly other: string };
