using System.Globalization;
using System.Text;

namespace Vagus.Bench;

/// <summary>
/// Charts at a pace: one call each, or the same gathered by parallel FHIR searches. A request is timed from when it was due, so that one
/// which waits for others counts as late. Meanwhile as many changes a second as are told go through the patients' records in turn.
/// </summary>
internal sealed class ChartCalls(Target target, Amount amount, int rate, int years, int changes)
{
    private const int People = 40;
    private const int VisitsOfYear = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public Task<string> Run(CancellationToken cancel) => Measure("chart, one call", Chart, cancel);

    public Task<string> RunSearches(CancellationToken cancel) => Measure("chart, by parallel searches", Searches, cancel);

    private async Task<string> Measure(
        string what, Func<string, CancellationToken, Task<bool>> ask, CancellationToken cancel)
    {
        var patients = await Fill(cancel);
        await Paced(what, amount.Requests / 2, number => ask(patients[number % patients.Length], cancel), cancel);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var changing = changes == 0 ? Task.CompletedTask : Change(patients, done.Token);
        var said = await Paced(
            $"{what}, {years} years, {changes} changes/s", amount.Requests, number => ask(patients[number % patients.Length], cancel), cancel);
        await done.CancelAsync();
        await changing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return said;
    }

    private async Task Change(string[] patients, CancellationToken cancel)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / changes));
        for (var number = 0; await pace.WaitForNextTickAsync(cancel); number++)
        {
            var patient = patients[number % patients.Length];
            var body = Json($$$"""{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"effectiveDateTime":"2026-06-01","valueQuantity":{"value":{{{60 + (number % 40)}}},"unit":"/min"},"subject":{"reference":"Patient/{{{patient}}}"}}""");
            await target.Create("Observation", body, cancel);
        }
    }

    private Task<bool> Chart(string patient, CancellationToken cancel) =>
        target.Ask(HttpMethod.Get, $"api/aggregate/patients/{patient}", body: null, cancel);

    private async Task<bool> Searches(string patient, CancellationToken cancel)
    {
        string[] parts =
        [
            $"Patient/{patient}",
            $"AllergyIntolerance?patient={patient}&clinical-status=active",
            $"MedicationRequest?patient={patient}&status=active",
            $"Condition?patient={patient}&clinical-status=active",
            $"Observation?patient={patient}&category=vital-signs&_sort=-date&_count=10",
            $"Encounter?patient={patient}&_sort=-date&_count=1&_total=accurate",
            $"ServiceRequest?patient={patient}&status=active&_summary=count",
            $"DiagnosticReport?patient={patient}&status=final&_summary=count",
        ];
        return (await Task.WhenAll(parts.Select(part => target.Ask(HttpMethod.Get, $"fhir/{part}", body: null, cancel)))).All(done => done);
    }

    private async Task<string> Paced(string what, int requests, Func<int, Task<bool>> ask, CancellationToken cancel)
    {
        var clock = TimeProvider.System;
        var latencies = new Latencies(requests);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(amount.AtMost);
        var began = clock.GetTimestamp();
        var running = new List<Task>(requests);
        for (var number = 0; number < requests && !limit.IsCancellationRequested;)
        {
            // All that are due by now go out together, each without waiting for an answer.
            var now = clock.GetElapsedTime(began);
            var due = (int)Math.Min(requests, (now.TotalSeconds * rate) + 1);
            for (; number < due; number++) running.Add(One(number, now));
            await Task.Delay(1, CancellationToken.None);
        }

        await Task.WhenAll(running);
        return latencies.Report(what, clock.GetElapsedTime(began));

        async Task One(int number, TimeSpan sent)
        {
            try
            {
                if (await ask(number)) latencies.Record(number, clock.GetElapsedTime(began) - sent);
                else latencies.Fail();
            }
            catch (HttpRequestException)
            {
                latencies.Fail();
            }
        }
    }

    /// <summary>Patients with a record, and the charts made of it.</summary>
    private async Task<string[]> Fill(CancellationToken cancel)
    {
        var ids = new string[People];
        for (var person = 0; person < People; person++)
        {
            ids[person] = await target.Create(
                "Patient", Json("""{"resourceType":"Patient","name":[{"family":"Bench"}],"birthDate":"1970-01-01"}"""), cancel);
            foreach (var bundle in Records(ids[person]).Chunk(200))
            {
                var entries = string.Join(',', bundle.Select(record =>
                    $$$"""{"resource":{{{record}}},"request":{"method":"POST","url":"{{{TypeOf(record)}}}"}}"""));
                var body = Json($$"""{"resourceType":"Bundle","type":"transaction","entry":[{{entries}}]}""");
                if (!await target.Ask(HttpMethod.Post, "fhir", body, cancel))
                    throw new InvalidDataException("The record of a patient was refused.");
            }
        }

        var until = TimeProvider.System.GetTimestamp();
        while (!await Chart(ids[^1], cancel))
        {
            if (TimeProvider.System.GetElapsedTime(until) > Patience) throw new InvalidDataException("There is no chart.");
            await Task.Delay(100, cancel);
        }

        // The consumer is behind the last writes by some batches.
        await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        return ids;
    }

    private IEnumerable<string> Records(string patient)
    {
        var subject = $"\"subject\":{{\"reference\":\"Patient/{patient}\"}}";
        for (var number = 0; number < 4; number++)
        {
            yield return $$$"""{"resourceType":"AllergyIntolerance","code":{"text":"Substance {{{number}}}"},"patient":{"reference":"Patient/{{{patient}}}"}}""";
            yield return $$"""{"resourceType":"Condition","code":{"text":"Condition {{number}}"},{{subject}}}""";
            yield return $$"""{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Medication {{number}}"},{{subject}}}""";
        }

        for (var visit = 0; visit < years * VisitsOfYear; visit++)
        {
            var at = new DateTime(2016, 1, 1, 9, 0, 0, DateTimeKind.Utc).AddDays(visit * 91)
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            yield return $$"""{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"period":{"start":"{{at}}"},{{subject}}}""";
            foreach (var (code, value) in new[] { ("8867-4", 70), ("8310-5", 37), ("9279-1", 14), ("2708-6", 98), ("29463-7", 80) })
                yield return $$"""{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"{{code}}"}]},"effectiveDateTime":"{{at}}","valueQuantity":{"value":{{value + (visit % 5)}},"unit":"1"},{{subject}}}""";
            yield return $$"""{"resourceType":"MedicationRequest","status":"completed","intent":"order","medicationCodeableConcept":{"text":"Course {{visit}}"},"authoredOn":"{{at}}",{{subject}}}""";
            yield return $$"""{"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}]},"code":{"text":"Cold {{visit}}"},{{subject}}}""";
        }
    }

    private static string TypeOf(string record) => record.Split('"')[3];

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);
}
