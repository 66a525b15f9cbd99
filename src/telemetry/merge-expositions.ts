/** The name of a series, the brace of its labels and what follows. */
const SERIES = /^([a-zA-Z_:][\w:]*)(\{)?(.*)$/s;
const COMMENT = /^# (?:HELP|TYPE) ([a-zA-Z_:][\w:]*)/;

interface Family {
  /** HELP and TYPE, as the first process that has the family writes them. */
  readonly comments: string[];
  readonly owner: string;
  readonly series: string[];
}

function withLabel(line: string, label: string): string {
  const [, name = '', brace, rest = ''] = SERIES.exec(line) ?? [];
  if (!brace) return `${name}{${label}}${rest}`;
  return rest.startsWith('}') ? `${name}{${label}${rest}` : `${name}{${label},${rest}`;
}

/** Families in the order in which they are first seen. */
class Merger {
  readonly #families = new Map<string, Family>();

  constructor(private readonly label: string) {}

  add(owner: string, text: string): void {
    const pair = `${this.label}="${owner}"`;
    let family: Family | undefined;
    for (const line of text.split('\n')) {
      const commented = COMMENT.exec(line)?.[1];
      if (commented !== undefined) {
        family = this.#familyOf(commented, owner);
        if (family.owner === owner && !family.comments.includes(line)) family.comments.push(line);
      } else if (line !== '' && !line.startsWith('#')) {
        family ??= this.#familyOf('', owner);
        family.series.push(withLabel(line, pair));
      }
    }
  }

  render(): string {
    const lines = [...this.#families.values()].flatMap(({ comments, series }) => [...comments, ...series]);
    return lines.map((line) => `${line}\n`).join('');
  }

  #familyOf(name: string, owner: string): Family {
    const present = this.#families.get(name);
    if (present) return present;
    const family: Family = { comments: [], owner, series: [] };
    this.#families.set(name, family);
    return family;
  }
}

/**
 * Merges what several processes count into one exposition, so that a scrape of one of them loses nothing: every family stands
 * once, and each series has one label more, which tells the processes apart.
 * @param label - the name of that label
 * @param texts - by the label's value: expositions in the text format, version 0.0.4
 */
export function mergeExpositions(label: string, texts: ReadonlyMap<string, string>): string {
  const merger = new Merger(label);
  for (const [owner, text] of texts) merger.add(owner, text);
  return merger.render();
}
