using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Exports;

/// <summary>
/// The work of an export, done within the calls that ask after it: with their caller's reach as it is then, and for some seconds at a
/// time. Each file, the place behind it and the record of what it holds are one commit, so that a process that is killed loses the file
/// that it was writing, and the next call goes on. One call works at a time.
/// </summary>
internal sealed class RunExport(
    FhirOptions options, FhirReads reads, RedisclosureNotices notices, GroupCommit commit, MadeFiles files, IdSource ids,
    TimeProvider clock)
{
    public const string Store = "bulk-exports";
    public const string Media = "application/fhir+ndjson";
    private const int ResourcesPerRead = 500;
    private const int ReadBytes = 4 * 1024 * 1024;
    private const int ShownPerEntry = 1_000;
    private static readonly TimeSpan ClaimedFor = TimeSpan.FromMinutes(2);

    /// <summary>Works until the time is over or nothing is left. A refusal is of the export as a whole.</summary>
    public async ValueTask<Refusal?> Run(FhirCall call, ExportRow export)
    {
        var worker = ids.NewId();
        if (await Claim(export, worker, call.Cancel) is not { } claimed) return null;
        export = claimed;
        var until = clock.GetUtcNow() + options.ExportTurn;
        var place = export.Place;
        try
        {
            do
            {
                var next = await Write(call, export, worker, place, until);
                if (next.Refusal is { } refused) return refused;
                place = next.Value;
            }
            while (clock.GetUtcNow() < until && place.Type < export.Request.Steps);
            return null;
        }
        finally
        {
            await commit.Write<bool>(
                export.Tenant,
                async (write, cancel) =>
                    await write.Execute(ExportTables.Release, [export.Tenant.Value, export.Id, worker], cancel) == 1,
                CancellationToken.None);
        }
    }

    /// <summary>The row as it is then: another call may have gone on meanwhile. Null: another call works, or nothing is left.</summary>
    private async ValueTask<ExportRow?> Claim(ExportRow export, string worker, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        object?[] claim = [worker, (now + ClaimedFor).ToMicroseconds(), export.Tenant.Value, export.Id, now.ToMicroseconds()];
        var claimed = await commit.Write<ExportRow>(
            export.Tenant,
            async (write, token) =>
                await write.Execute(ExportTables.Claim, claim, token) == 1
                && await write.QueryOne(ExportTables.Find, [export.Tenant.Value, export.Id, export.User], ExportRow.Of, token) is { } row
                    ? row : NotClaimed,
            cancel);
        return claimed.IsRefused ? null : claimed.Value;
    }

    /// <summary>One file of one type, and the place behind it.</summary>
    private async ValueTask<Result<ExportPlace>> Write(
        FhirCall call, ExportRow export, string worker, ExportPlace place, DateTimeOffset until)
    {
        using var draft = new FileDraft(export.Request.Subset());
        var filled = await Fill(draft, call, export, place, until);
        if (filled.Refusal is { } refused) return refused;
        place = filled.Value;
        WrittenFile? written = null;
        if (draft.Type is { } type)
        {
            var made = await files.Seal(export.Tenant, call.Caller.User, Store, Media, draft.Bytes, call.Cancel);
            if (made.Refusal is { } full) return full;
            place = place with { Files = place.Files + 1 };
            var row = new ExportFile(
                place.Files, type, draft.Shown.Count, made.Value.Size, made.Value.Id, draft.Notice, draft.IsOfDeleted);
            written = new WrittenFile(made.Value, row, draft.Shown);
        }

        return await Advance(call, export, worker, place, written);
    }

    /// <summary>
    /// Writes resources until the file is full, its type is at its end or the time of the call is over, but reads once at least. Types and
    /// patients of whom there is nothing are passed without a commit.
    /// </summary>
    private async ValueTask<Result<ExportPlace>> Fill(
        FileDraft draft, FhirCall call, ExportRow export, ExportPlace place, DateTimeOffset until)
    {
        var request = export.Request;
        while (!draft.IsFull && place.Type < request.Steps)
        {
            var (stepType, isOfDeleted) = request.StepAt(place.Type);
            if (draft.Type is { } type && (stepType != type || isOfDeleted != draft.IsOfDeleted)) break;
            var page = await Read(call, export, place);
            if (page.Refusal is { } refused) return refused;
            foreach (var resource in page.Value.Where(each => IsOfPlace(each, request, place)))
            {
                if (isOfDeleted)
                {
                    draft.AddDeleted(resource);
                    continue;
                }

                draft.Add(resource);
                draft.Notice ??= await notices.ForLeaving(call, resource);
            }

            place = Behind(page.Value, request, place);
            if (clock.GetUtcNow() > until) break;
        }

        return place;
    }

    private ValueTask<Result<List<StoredResource>>> Read(FhirCall call, ExportRow export, ExportPlace place)
    {
        var request = export.Request;
        var (type, isOfDeleted) = request.StepAt(place.Type);
        var patient = request.Patients is { Count: > 0 } patients ? patients[place.Patient] : null;
        var part = new ExportPart(type, request.QueriesOf(type), place.Before ?? export.Head + 1, ResourcesPerRead)
        {
            Patient = patient, OfPatients = request.OfPatients, IsNothing = request.Patients is { Count: 0 },
            DeletedSince = isOfDeleted ? request.SinceInstant() : null,
        };
        return reads.OfExport(call with { Bodies = new BodyBudget(ReadBytes) }, part);
    }

    // A resource of several patients of a group is written with the first of them.
    private static bool IsOfPlace(StoredResource resource, ExportRequest request, ExportPlace place) =>
        request.Patients is not { Count: > 1 } patients
        || CompartmentList.Parse(resource.Compartments).Patients.Where(patients.Contains).Min(StringComparer.Ordinal)
            == patients[place.Patient];

    private static ExportPlace Behind(List<StoredResource> page, ExportRequest request, ExportPlace place)
    {
        if (page.Count > 0) return place with { Before = page[^1].Rid };
        return request.Patients is { } patients && place.Patient + 1 < patients.Count
            ? place with { Patient = place.Patient + 1, Before = null }
            : place with { Type = place.Type + 1, Patient = 0, Before = null };
    }

    /// <summary>The place, the file where there is one, and the record of its resources, in one commit.</summary>
    private async ValueTask<Result<ExportPlace>> Advance(
        FhirCall call, ExportRow export, string worker, ExportPlace place, WrittenFile? written) => await commit.Write<ExportPlace>(
        export.Tenant,
        async (write, cancel) =>
        {
            var state = place.Type < export.Request.Steps ? ExportRow.Working : ExportRow.Done;
            var expires = (write.At + options.ExportLifetime).ToMicroseconds();
            var advanced = await write.Execute(
                ExportTables.Advance,
                [
                    JsonSerializer.Serialize(place), written?.Row.Resources ?? 0L, state, expires, export.Tenant.Value, export.Id, worker,
                ],
                cancel);
            if (advanced == 0) return Ended;
            if (written is null) return place;
            var (file, row, shown) = written;
            await MadeFiles.Add(write, file, $"Export/{export.Id}", cancel);
            write.Insert(
                ExportTables.Files, export.Tenant.Value, export.Id, (long)row.Number, row.Type, row.Resources, row.Size, row.FileId,
                row.Notice, row.IsOfDeleted);
            foreach (var part in shown.Chunk(ShownPerEntry))
                AuditTrail.Add(write, FhirEntries.OfOperation(call, $"Export/{export.Id}", "export", part));
            var given = shown.Select(each => (each.Type, FhirEntries.PatientsOf([each]).AsEnumerable()));
            foreach (var disclosed in Disclosures.Of(call, $"Export/{export.Id}", call.Caller.User.Value, given))
                AuditTrail.Add(write, disclosed);
            return place;
        },
        call.Cancel);

    private static readonly Refusal NotClaimed = new(RefusalKind.Conflict, "conflict", "Another call works on the export.");

    private static readonly Refusal Ended = new(RefusalKind.NotFound, "not-found", "The export was cancelled, or goes on elsewhere.");

    private sealed record WrittenFile(MadeFile File, ExportFile Row, IReadOnlyList<StoredResource> Shown);
}
