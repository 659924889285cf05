export declare const chromiumArgs: string[];
export declare const featuresOff: string[];
