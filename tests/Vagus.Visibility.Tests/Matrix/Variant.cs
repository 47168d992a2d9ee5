namespace Vagus.Visibility.Tests.Matrix;

/// <summary>How the records of all recipes are written: which of them carries a label, and whether it came at once or later.</summary>
internal sealed record Variant(string Name, Func<Recipe, string, string, string> Change, bool Later = false)
{
    private const string Patient = "Patient/p1";

    public static readonly Variant Plain = new("nothing labelled", (_, _, resource) => resource);

    public static IReadOnlyList<Variant> All { get; } =
    [
        .. new[] { false, true }.SelectMany(later => new[]
        {
            new Variant("the record labelled", On(IsAbout, Records.Restricted), later),
            new Variant("the first other labelled", On(IsFirst, Records.Restricted), later),
            new Variant("the patient labelled", On((_, reference) => reference == Patient, Records.Restricted), later),
            new Variant("the record and the first other labelled by different categories", OnBoth, later),
            new Variant("the record labelled by two categories", On(IsAbout, $"{Records.Restricted},{Records.Psychiatry}"), later),
            new Variant("the record withheld", On(IsAbout, Records.Withheld), later),
            new Variant("the first other withheld", On(IsFirst, Records.Withheld), later),
        }),
        new Variant("the result not signed off", NotSignedOff, Later: true),
        new Variant("the record moved", Moved, Later: true),
    ];

    public override string ToString() => Later ? $"{Name} later" : Name;

    private static bool IsAbout(Recipe recipe, string reference) => reference == recipe.About;

    private static bool IsFirst(Recipe recipe, string reference) => recipe.Others.Count > 0 && reference == recipe.Others[0];

    private static Func<Recipe, string, string, string> On(Func<Recipe, string, bool> which, string label) =>
        (recipe, reference, resource) => which(recipe, reference) ? Records.Labelled(resource, label) : resource;

    private static string OnBoth(Recipe recipe, string reference, string resource) =>
        IsAbout(recipe, reference) ? Records.Labelled(resource, Records.Restricted)
        : IsFirst(recipe, reference) ? Records.Labelled(resource, Records.Psychiatry) : resource;

    private static string NotSignedOff(Recipe recipe, string reference, string resource) =>
        reference == recipe.About && reference.Split('/')[0] is "DiagnosticReport" or "Observation"
            ? resource.Replace("\"final\"", "\"entered-in-error\"", StringComparison.Ordinal)
            : resource;

    private static string Moved(Recipe recipe, string reference, string resource) =>
        reference == recipe.About && reference.Split('/')[0] is not ("Patient" or "Provenance" or "Appointment")
            ? resource.Replace(Patient, "Patient/p2", StringComparison.Ordinal)
            : resource;
}
