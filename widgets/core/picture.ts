import type { Kit } from './kit.ts';

type Pictures = typeof import('./pictures.ts').pictures;
let pictures: Pictures | undefined;

/** A picture beside a sentence. It may come later, or where there is no connection not at all: the sentence stands by itself. */
export function picture(kit: Kit | undefined, name: keyof Pictures): unknown {
  if (!pictures)
    import('./pictures.ts').then(
      (drawn) => {
        ({ pictures } = drawn);
        kit?.changed();
      },
      () => {},
    );
  return pictures?.[name];
}
