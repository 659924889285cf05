export type DocumentType = 'pdf' | 'docx' | 'txt' | 'md' | 'csv';

/** A file of a client, as it lies on our disk for a moment. */
export interface StoredFile {
  path: string;
  /** What the client calls it. */
  name: string;
  bytes: number;
}

/** What looks at files before anybody uses them. */
export interface Documents {
  /** What the content is. Refuses with `knowledge.type_refused`, and with `knowledge.active_refused`, `.archive_refused` or `.references_refused` what is not only words. */
  recognize(file: StoredFile): Promise<DocumentType>;
  /** Looks for malware, and throws where it cannot. What is not found clean is kept from everybody. */
  scan(file: StoredFile): Promise<'clean' | 'infected'>;
}
