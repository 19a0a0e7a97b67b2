/** What a picture is drawn from. */
export interface Subject {
  readonly id: string;
  readonly title: string;
  readonly categories: readonly string[];
}
