using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Log;

/// <summary>The labels of events follow those of their resources, also of rows that were read before.</summary>
public abstract class EventLabelsTests(FhirServer server)
{
    [Fact]
    public async Task Labels_that_were_added_since_stand_on_the_events_of_then()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        (await admin.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await admin.Put("Observation/a", Sample.Observation("Patient/p", id: "a"))).Is(201);
        (await admin.Put("Observation/b", Sample.Observation("Patient/p", id: "b"))).Is(201);
        (await admin.Put("Observation/c", Sample.Observation("Patient/p", id: "c", more: Sample.Labelled("HIV")))).Is(201);
        var rows = await clinic.Log();
        var before = await server.Get<IReadEventLabels>().Of(clinic.Tenant, rows, TestContext.Current.CancellationToken);

        (await admin.Put("Observation/a", Sample.Observation("Patient/p", id: "a", more: Sample.Labelled("HIV")))).Is(200);
        var after = await server.Get<IReadEventLabels>().Of(clinic.Tenant, rows, TestContext.Current.CancellationToken);

        Assert.Equal(rows.Count, after.Count);
        foreach (var (row, then, now) in rows.Zip(before, after))
        {
            var isOfC = row.Resource == "Observation/c/_history/1";
            var isOfA = row.Resource == "Observation/a/_history/1";
            Assert.Equal(isOfC ? Sensitivity.Hiv : Sensitivity.None, then.Whole);
            Assert.Equal(isOfC || isOfA ? Sensitivity.Hiv : Sensitivity.None, now.Whole);
            Assert.Equal(now.Whole, now.Open);
        }
    }
}

public sealed class EventLabelsOnSqlite(SqliteFhirServer server) : EventLabelsTests(server);

public sealed class EventLabelsOnPostgres(PostgresFhirServer server) : EventLabelsTests(server);
