using System.Globalization;

namespace Vagus.Bench.Hospital;

/// <summary>
/// A day of a hospital with two hundred beds: who is moved, what is ordered, what the laboratory and the monitors say, what people write to
/// each other. A number says which request it is, so no two runs differ.
/// </summary>
internal static class Day
{
    public const int Beds = 200;

    /// <summary>Requests of one day: about sixty for each bed.</summary>
    public const int Requests = 12_000;

    private const string At = "2026-03-02T08:00:00Z";

    public static string PatientOf(int bed) => Invariant($"bed-{bed % Beds}");

    /// <summary>The people in the beds, and their stay.</summary>
    public static IEnumerable<Order> Admissions() => Enumerable.Range(0, Beds).SelectMany(bed => new[]
    {
        Put("Patient", PatientOf(bed), $$"""
            {"resourceType":"Patient","id":"{{PatientOf(bed)}}","active":true,"name":[{"family":"Bench","given":["Bed"]}],"birthDate":"1970-01-01"}
            """),
        Put("Encounter", $"stay-{PatientOf(bed)}", Stay(bed, 0)),
    });

    /// <summary>In a hundred: 3 movements, 17 orders, 45 results, 5 reports, 20 vital signs, 10 messages.</summary>
    public static Order OrderOf(int number)
    {
        var bed = number * 7 % Beds;
        var id = Invariant($"d{number}");
        return (number % 100) switch
        {
            < 3 => Put("Encounter", $"stay-{PatientOf(bed)}", Stay(bed, number), isShown: false),
            < 20 => Put("ServiceRequest", id, Ordered(id, bed)),
            < 65 => Put("Observation", id, Observed(id, bed, number, isVital: false)),
            < 70 => Put("DiagnosticReport", id, Reported(id, bed)),
            < 90 => Put("Observation", id, Observed(id, bed, number, isVital: true)),
            _ => new Order(HttpMethod.Post, "/api/messages", Invariant($$"""
                {"recipientId":"provider","content":"Message {{number}}: the dressing of bed {{bed}} was changed and looks clean."}
                """), Reference: null),
        };
    }

    /// <summary>A result or a vital sign, as all of <c>nodes</c> are.</summary>
    public static Order Sign(int number)
    {
        var id = Invariant($"n{number}");
        return Put("Observation", id, Observed(id, number % Beds, number, isVital: true));
    }

    // A stay is written again and again: its versions have one reference, so the time of a single one is not looked for.
    private static Order Put(string type, string id, string body, bool isShown = true) =>
        new(HttpMethod.Put, $"/fhir/{type}/{id}", body, isShown ? $"{type}/{id}" : null);

    private static string Stay(int bed, int number) => Invariant($$$"""
        {"resourceType":"Encounter","id":"stay-{{{PatientOf(bed)}}}","status":"in-progress",
         "class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},
         "subject":{"reference":"Patient/{{{PatientOf(bed)}}}"},"location":[{"location":{"display":"Ward {{{number % 9}}}"}}]}
        """);

    private static string Ordered(string id, int bed) => $$$"""
        {"resourceType":"ServiceRequest","id":"{{{id}}}","status":"active","intent":"order",
         "category":[{"coding":[{"system":"http://snomed.info/sct","code":"108252007"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},
         "subject":{"reference":"Patient/{{{PatientOf(bed)}}}"},"authoredOn":"{{{At}}}"}
        """;

    private static string Reported(string id, int bed) => $$$"""
        {"resourceType":"DiagnosticReport","id":"{{{id}}}","status":"final",
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"LAB"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"24323-8"}]},
         "subject":{"reference":"Patient/{{{PatientOf(bed)}}}"},"effectiveDateTime":"{{{At}}}","issued":"{{{At}}}"}
        """;

    private static string Observed(string id, int bed, int number, bool isVital) => Invariant($$$"""
        {"resourceType":"Observation","id":"{{{id}}}","status":"final",
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{{{(isVital ? "vital-signs" : "laboratory")}}}"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"{{{(isVital ? "8867-4" : "2823-3")}}}"}]},
         "subject":{"reference":"Patient/{{{PatientOf(bed)}}}"},"encounter":{"reference":"Encounter/stay-{{{PatientOf(bed)}}}"},
         "effectiveDateTime":"{{{At}}}","issued":"{{{At}}}",
         "valueQuantity":{{{(isVital ? Rate(number) : Potassium(number))}}}}
        """);

    private static string Rate(int number) =>
        Invariant($$"""{"value":{{60 + (number % 50)}},"unit":"beats/minute","system":"http://unitsofmeasure.org","code":"/min"}""");

    // One in four hundred is critical and raises an alert.
    private static string Potassium(int number) => Invariant(
        $$"""{"value":{{(number % 400 == 30 ? 7.1 : 3.6 + (number % 14 / 10.0))}},"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}""");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
