/** Percent-decodes a text for showing it; what cannot be decoded stays as it is (a lone `%` stands for itself). */
export function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
