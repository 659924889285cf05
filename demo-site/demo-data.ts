interface Package {
  name: string;
  creditsMillis: number;
  priceCents: number;
  currency: 'EUR' | 'GBP';
  popular?: boolean;
}

/** What one plan includes and costs; all prices in milli-credits. */
interface Plan {
  name: string;
  centsPer100Credits: number;
  currency: 'EUR' | 'GBP';
  freeMillis: number;
  rounding: { by: 'second' | 'minute' };
  customAmount: { minMillis: number; maxMillis: number };
  numbers: { country: string; type: 'local' | 'mobile' | 'toll_free'; setupMillis: number; monthlyMillis: number }[];
  knowledge: { fileMillis: number; textMillis: number; urlMillis: number; freeItems: number };
  features: string[];
  limits: { numbers: number; sources: number; storageBytes: number };
}

/** What an agency of the demo tells the platform about itself, and the pages of its own site. */
export interface AgencyStory {
  name: string;
  slug: string;
  plan: Plan;
  /** Plans beside the first one. */
  plans: (Plan & { id: string; summary: string; priceMillis: number })[];
  packages: readonly [Package, ...Package[]];
  minutesMillis: number;
  /** What it shows instead of its widgets; on unless said. */
  portal?: { active: false; notice: string };
  /** Its look and its pages, which live on its own site. */
  brandAt: (site: string) => Record<string, string>;
  /** The pages of its site by their names, with their titles. */
  pages: Readonly<Record<string, string>>;
}
