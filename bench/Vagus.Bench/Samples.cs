using System.Globalization;
using System.Text;

namespace Vagus.Bench;

/// <summary>The resources that are written: a realistic heart rate of about 700 bytes, of one of some patients.</summary>
internal static class Samples
{
    public const int Patients = 100;

    public static async Task<string[]> CreatePatients(Target target, CancellationToken cancel)
    {
        var ids = new string[Patients];
        for (var number = 0; number < ids.Length; number++)
        {
            var text =
                $$"""{"resourceType":"Patient","active":true,"name":[{"use":"official","family":"Bench","given":["Number{{number}}"]}],"gender":"other","birthDate":"1970-01-01"}""";
            ids[number] = await target.Create("Patient", Encoding.UTF8.GetBytes(text), cancel);
        }

        return ids;
    }

    public static byte[] HeartRate(string patient, int number)
    {
        var at = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(number)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($$$"""
            {"resourceType":"Observation","status":"final",
            "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs","display":"Vital Signs"}]}],
            "code":{"coding":[{"system":"http://loinc.org","code":"8867-4","display":"Heart rate"}],"text":"Heart rate"},
            "subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"{{{at}}}","issued":"{{{at}}}",
            "valueQuantity":{"value":{{{60 + (number % 50)}}},"unit":"beats/minute","system":"http://unitsofmeasure.org","code":"/min"}}
            """);
    }
}
