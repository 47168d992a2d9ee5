using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>The answers that several interactions share. Every refusal is an OperationOutcome.</summary>
internal static class FhirResponses
{
    public static FhirResponse Refuse(Refusal refusal) =>
        new(RefusalAnswer.StatusOf(refusal.Kind), OutcomeOf(refusal)) { Refusal = refusal };

    public static byte[] OutcomeOf(Refusal refusal) =>
        refusal is InvalidResource invalid ? OperationOutcome.Write(invalid.Issues) : OperationOutcome.Write(refusal);

    /// <summary>The answer to a create or an update, in the form that the client prefers.</summary>
    public static FhirResponse Written(HttpRequest request, FhirCall call, int status, StoredResource stored)
    {
        var body = Preferences.Returning(request) switch
        {
            Return.Minimal => ReadOnlyMemory<byte>.Empty,
            Return.Outcome => OperationOutcome.Write(call.Warnings.Of(stored)),
            _ => stored.Body,
        };
        return FhirResponse.Of(status, stored) with { Body = body, Location = call.LocationOf(stored) };
    }
}
