const PREFIX = 'toolhive.stacklok.dev/';

/** Annotations that decide whether and how an object is published (kubernetes spec 2). */
export const ANNOTATIONS = {
  export: `${PREFIX}registry-export`,
  url: `${PREFIX}registry-url`,
  description: `${PREFIX}registry-description`,
  title: `${PREFIX}registry-title`,
  icon: `${PREFIX}registry-icon`,
  category: `${PREFIX}registry-category`,
  version: `${PREFIX}registry-version`,
  tools: `${PREFIX}tools`,
  toolDefinitions: `${PREFIX}tool-definitions`,
  claims: `${PREFIX}authz-claims`,
} as const;

/** The members of {@link ANNOTATIONS}, by which values are kept. */
export type AnnotationName = keyof typeof ANNOTATIONS;

/** The values of an object's annotations; absent ones are not there. */
export type AnnotationValues = Readonly<Partial<Record<AnnotationName, string>>>;

/** Takes the annotations that matter out of `metadata.annotations`. Values that are no text do not count. */
export function readAnnotations(annotations: Readonly<Record<string, unknown>>): AnnotationValues {
  const values: Partial<Record<AnnotationName, string>> = {};
  for (const [name, key] of Object.entries(ANNOTATIONS)) {
    const value = annotations[key];
    if (typeof value === 'string') values[name as AnnotationName] = value;
  }
  return values;
}
