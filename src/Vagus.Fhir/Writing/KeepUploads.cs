using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// The rows of uploaded search parameters, changed in the commit of their resources. What is changed or deleted is a parameter to take
/// away, what is new one to index: <see cref="IndexParameters"/> does the work afterwards.
/// </summary>
internal static class KeepUploads
{
    /// <summary>Why the change cannot be: the code is taken, or there are too many. Null where it is done.</summary>
    public static async ValueTask<Refusal?> Run(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        var read = change.After is { } after ? UploadedDefinition.Read(after) : new List<AddedSearch>();
        if (read.Refusal is { } unfit) return unfit;
        var used = await write.Query(UploadedRow.Used, [write.Tenant.Value], UploadedRow.Of, cancel);
        var own = used.FindAll(row => row.ResourceId == change.Id);
        var wanted = read.Value.ConvertAll(search => search.Parameter);
        var gone = own.FindAll(row => !wanted.Exists(parameter => IsOf(row, parameter)));
        var fresh = wanted.FindAll(parameter => !own.Exists(row => IsOf(row, parameter)));
        foreach (var parameter in fresh)
        {
            if (used.Exists(row => row.ResourceId != change.Id && row.Type == parameter.Base && row.Code == parameter.Code))
                return new Refusal(
                    RefusalKind.Conflict, "conflict", $"Another SearchParameter is active with the code '{parameter.Code}' of {parameter.Base}.");
        }

        if (used.Count - gone.Count + fresh.Count > UploadedParameters.Most)
            return FhirRefusals.TooCostly($"An organization searches by at most {UploadedParameters.Most} parameters of its own.");
        foreach (var row in gone) await write.Execute(Remove, [write.At.ToMicroseconds(), write.Tenant.Value, row.Number], cancel);
        foreach (var parameter in fresh) await Add(write, change.Id, parameter, cancel);
        return null;
    }

    private static bool IsOf(UploadedRow row, SearchParameterDefinition parameter) =>
        row.Type == parameter.Base && row.Code == parameter.Code && row.Body == UploadedRow.BodyOf(parameter);

    private static async ValueTask Add(WriteTransaction write, string id, SearchParameterDefinition parameter, CancellationToken cancel) =>
        await write.Execute(
            Insert,
            [
                write.Tenant.Value, SearchParameterSet.FirstAdded - 1L, id, parameter.Base, parameter.Code,
                UploadedRow.BodyOf(parameter), write.At.ToMicroseconds(),
            ],
            cancel);

    private static readonly Statement Insert = new($"""
        insert into fhir_search_parameter (
          tenant_id, number, resource_id, type, code, body, state, changed_at, rid, done, total)
        select @tenant_id, coalesce(max(number), @before) + 1, @resource_id, @type, @code, @body, '{UploadedRow.Indexing}', @changed_at,
          0, 0, -1
        from fhir_search_parameter
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Remove = new($"""
        update fhir_search_parameter
        set state = '{UploadedRow.Removing}', changed_at = @changed_at, rid = 0, done = 0, total = -1
        where tenant_id = @tenant_id
          and number = @number
        """);
}
