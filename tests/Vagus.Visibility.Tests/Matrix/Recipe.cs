namespace Vagus.Visibility.Tests.Matrix;

/// <summary>
/// How some events of the catalogue come about. Each step is one transaction of resources; the events are about the last one. Without the
/// <paramref name="Essential"/> ones of the others there is no event.
/// </summary>
internal sealed record Recipe(string Name, string[][] Steps, params string[] Essential)
{
    public string About => ReferenceOf(Steps[^1][^1]);

    /// <summary>The records besides the last one that the events may draw from.</summary>
    public IReadOnlyList<string> Others =>
        [.. Steps.SelectMany(step => step).Select(ReferenceOf).Where(reference => reference != About).Distinct()];

    public static string ReferenceOf(string resource)
    {
        var json = System.Text.Json.JsonElement.Parse(resource);
        return $"{json.GetProperty("resourceType").GetString()}/{json.GetProperty("id").GetString()}";
    }

    public static IReadOnlyList<Recipe> All { get; } = [.. People(), .. Results(), .. Medicines(), .. Money()];

    private static string Located(string id) => Records.Of("Location", id, $$""","name":"{{Records.Canary(id)}}" """);

    private static IEnumerable<Recipe> People()
    {
        yield return new(
            "pat",
            [[Records.Patient("pat-x")], [Records.Patient("pat-x").Replace("}]", "},{\"family\":\"Other\"}]", StringComparison.Ordinal)]]);
        var allergy = Records.Allergy("all-x", "p1", "1191");
        yield return new("all", [[allergy], [allergy.Replace("\"active\"", "\"resolved\"", StringComparison.Ordinal)]]);
        string[] actors = ["Patient/p1", "Patient/p2", "Practitioner/app-dr", "Location/app-loc"];
        yield return new("app",
        [
            [Records.Practitioner("app-dr"), Located("app-loc")],
            .. new[] { "proposed", "booked", "arrived", "cancelled" }.Select(
                status => new[] { Records.Appointment("app-x", status, actors) }),
        ]);
        yield return new(
            "enc",
            [.. new[] { "in-progress", "onleave", "finished" }.Select(status => new[] { Records.Encounter("enc-x", "p1", status) })]);
        yield return new("sig", [[Records.Encounter("sig-e", "p1")], [Records.Provenance("sig-x", "Encounter/sig-e")]], "Encounter/sig-e");
        yield return new(
            "vit", [[Records.Encounter("vit-e", "p1")], [Records.Vital("vit-o", "p1", "vit-e"), Records.Vital("vit-x", "p1", "vit-e")]]);
    }

    private static IEnumerable<Recipe> Results()
    {
        yield return new("lor", [[Records.Order("lor-x", "p1", "laboratory")]]);
        yield return new("rep", [[Records.Order("rep-o", "p1", "laboratory")], [Records.Report("rep-x", "p1", more: BasedOn("rep-o"))]]);
        yield return new("cri", [[Records.Order("cri-o", "p1", "laboratory")], [Records.Lab("cri-x", "p1", 7.5m, more: BasedOn("cri-o"))]]);
        yield return new(
            "cor",
            [
                [Records.Order("cor-o", "p1", "laboratory")], [Records.Lab("cor-x", "p1", 7.5m, more: BasedOn("cor-o"))],
                [Records.Lab("cor-x", "p1", 4.1m, more: BasedOn("cor-o"))],
            ]);
        yield return new("ror", [[Records.Order("ror-x", "p1", "imaging")]]);
        yield return new(
            "img",
            [[Records.Of("Binary", "img-x", ""","contentType":"application/dicom","securityContext":{"reference":"Patient/p1"}""")]]);
        yield return new("stu",
        [
            [Records.Order("stu-o", "p1", "imaging")],
            [Records.Of(
                "ImagingStudy", "stu-x",
                $$""","status":"available","subject":{"reference":"Patient/p1"},"description":"{{Records.Canary("stu-x")}}"{{BasedOn("stu-o")}}""")],
        ]);
        var finding = BasedOn("rad-o") + ""","conclusionCode":[{"coding":[{"system":"http://snomed.info/sct","code":"59282003"}]}]""";
        yield return new("rad", [[Records.Order("rad-o", "p1", "imaging")], [Records.Report("rad-x", "p1", "RAD", more: finding)]]);
        yield return new("bio", [[Records.Biopsy("bio-x", "p1")]]);
        yield return new("spe", [[Records.Biopsy("spe-b", "p1")], [Records.Specimen("spe-x", "p1", "spe-b")]], "ServiceRequest/spe-b");
        yield return new(
            "bre", [[Records.Biopsy("bre-b", "p1")], [Records.Report("bre-x", "p1", more: BasedOn("bre-b"))]], "ServiceRequest/bre-b");
        yield return new(
            "brv",
            [[Records.Biopsy("brv-b", "p1")], [Records.Report("brv-r", "p1", more: BasedOn("brv-b"))],
                [Records.Provenance("brv-x", "DiagnosticReport/brv-r")]],
            "ServiceRequest/brv-b",
            "DiagnosticReport/brv-r");
    }

    private static IEnumerable<Recipe> Medicines()
    {
        const string dispensed =
            ""","status":"completed","subject":{"reference":"Patient/p1"},"medicationReference":{"reference":"Medication/dis-m"}""";
        const string issue =
            ""","status":"final","code":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"DRG"}]}""";
        yield return new("pre", [[Records.Prescription("pre-x", "p1", "1")]]);
        yield return new("dis",
        [
            [Records.Of("Medication", "dis-m", $$""","code":{"text":"{{Records.Canary("dis-m")}}"}""")],
            [Records.Of("MedicationDispense", "dis-x", dispensed)],
        ]);
        yield return new(
            "iss",
            [[Records.Of(
            "DetectedIssue", "iss-x", $$"""{{issue}},"patient":{"reference":"Patient/p1"},"detail":"{{Records.Canary("iss-x")}}" """)]]);
        yield return new("con", [[Records.Allergy("con-a", "p1", "70618")], [Records.Prescription("con-x", "p1", "70618")]]);
    }

    private static IEnumerable<Recipe> Money()
    {
        const string eligible =
            ""","status":"active","purpose":["benefits"],"patient":{"reference":"Patient/p1"},"created":"2026-03-09","outcome":"complete" """
            + ""","request":{"display":"r"},"insurer":{"reference":"Organization/cov-o"},"insurance":[{"coverage":{"display":"c"},"inforce":true}]""";
        const string invoice = ""","status":"issued","subject":{"reference":"Patient/p1"},"totalGross":{"value":100,"currency":"USD"}""";
        const string notice =
            ""","status":"active","request":{"reference":"Invoice/pay-i"},"created":"2026-03-09","payment":{"display":"p"},"recipient":{"display":"r"}"""
            + ""","amount":{"value":40,"currency":"USD"}""";
        const string paid = ""","payment":{"type":{"text":"complete"},"amount":{"value":80,"currency":"USD"}}""";
        var claim = Records.Claim("cla-x", "p1", status: "draft");
        yield return new("cov", [[Records.Organization("cov-o")], [Records.Of("CoverageEligibilityResponse", "cov-x", eligible)]]);
        yield return new("inv", [[Records.Of("Invoice", "inv-x", invoice)]]);
        yield return new(
            "pay", [[Records.Of("Invoice", "pay-i", invoice)], [Records.Of("PaymentNotice", "pay-x", notice)]], "Invoice/pay-i");
        yield return new("cla",
        [
            [Records.Organization("ins")],
            [claim],
            [claim.Replace("\"created\":\"2026-03-09\"", "\"created\":\"2026-03-10\"", StringComparison.Ordinal)],
            [Records.Claim("cla-x", "p1")],
        ]);
        yield return new("den", [[Records.Claim("den-c", "p1")], [Records.ClaimResponse("den-x", "p1", "den-c")]], "Claim/den-c");
        yield return new(
            "pai", [[Records.Claim("pai-c", "p1")], [Records.ClaimResponse("pai-x", "p1", "pai-c", more: paid)]], "Claim/pai-c");
        yield return new(
            "pra",
            [[Records.Claim("pra-c", "p1", "preauthorization")],
                [Records.ClaimResponse("pra-x", "p1", "pra-c", "preauthorization", ""","preAuthRef":"7" """)]],
            "Claim/pra-c");
        yield return new(
            "prd",
                [[Records.Claim("prd-c", "p1", "preauthorization")], [Records.ClaimResponse("prd-x", "p1", "prd-c", "preauthorization")]],
                "Claim/prd-c");
    }

    private static string BasedOn(string order) => $$""","basedOn":[{"reference":"ServiceRequest/{{order}}"}]""";
}
