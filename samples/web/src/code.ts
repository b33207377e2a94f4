// What a code looks like, and how to find one in what a person types or pastes.

export interface CodeShape {
  length: number;
  alphabet: 'digits' | 'alphanumeric';
}

/** What was typed, without spaces, dashes and all else that is in no code, and not longer than a code. */
export function clean(typed: string, shape: CodeShape): string {
  const others = shape.alphabet === 'digits' ? /[^0-9]/g : /[^0-9A-Z]/g;
  return typed.toUpperCase().replace(others, '').slice(0, shape.length);
}

/** The code in what was pasted: alone, in groups, or somewhere in a sentence. */
export function find(pasted: string, shape: CodeShape): string {
  const symbol = shape.alphabet === 'digits' ? '[0-9]' : '[0-9A-Z]';
  const whole = pasted.match(new RegExp(`(?<![0-9A-Za-z])${symbol}{${shape.length}}(?![0-9A-Za-z])`));
  return whole ? whole[0] : clean(pasted, shape);
}

export function describe(shape: CodeShape): string {
  return `${shape.length} ${shape.alphabet === 'digits' ? 'digits' : 'letters and digits'}`;
}
