namespace Vagus.Demo.Synthetic;

/// <summary>A drug as prescribed, its ingredient (what an allergy names), how often it is taken a day, and its dose form.</summary>
internal sealed record Drug(Code Product, Code Ingredient, int TimesADay, string Form, string Ucum);

/// <summary>The formulary of the synthetic clinic, in RxNorm.</summary>
internal static class Drugs
{
    public static readonly Drug Amoxicillin = Tablet("308191", "amoxicillin 500 MG Oral Capsule", "723", "amoxicillin", timesADay: 3);
    public static readonly Drug Warfarin = Tablet("855332", "warfarin sodium 5 MG Oral Tablet", "11289", "warfarin", timesADay: 1);
    public static readonly Drug Aspirin = Tablet("243670", "aspirin 81 MG Oral Tablet", "1191", "aspirin", timesADay: 1);

    public static readonly IReadOnlyList<Drug> Lasting =
    [
        Tablet("314076", "lisinopril 10 MG Oral Tablet", "29046", "lisinopril", timesADay: 1),
        Tablet("861007", "metformin hydrochloride 500 MG Oral Tablet", "6809", "metformin", timesADay: 2),
        Tablet("259255", "atorvastatin 80 MG Oral Tablet", "83367", "atorvastatin", timesADay: 1),
        Tablet("197361", "amlodipine 5 MG Oral Tablet", "17767", "amlodipine", timesADay: 1),
        Tablet("310798", "hydrochlorothiazide 25 MG Oral Tablet", "5487", "hydrochlorothiazide", timesADay: 1),
        Tablet("312941", "sertraline 50 MG Oral Tablet", "36437", "sertraline", timesADay: 1),
        Tablet("198051", "omeprazole 20 MG Delayed Release Oral Capsule", "7646", "omeprazole", timesADay: 1),
        Aspirin,
    ];

    private static Drug Tablet(string product, string words, string ingredient, string name, int timesADay) =>
        new(Code.RxNorm(product, words), Code.RxNorm(ingredient, name), timesADay, "tablet", "{tbl}");
}
