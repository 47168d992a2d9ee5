using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>The doors below <c>/api/encounters</c>.</summary>
internal static class EncountersDoor
{
    private static readonly Role[] Carers = [Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.Admin, Role.Service];
    private static readonly Policy Writers = Policy.Of("encounter_writer", Carers);
    private static readonly Policy Readers = Policy.Of("encounter_reader", [.. Carers, Role.FrontDesk, Role.Billing, Role.Patient]);
    // What is there and hidden would be written once more, or left unsigned.
    private static readonly string[] Content = ["DocumentReference", "Condition", "Procedure"];

    private static readonly Policy Signers = Policy.Of("encounter_signer", Role.Provider);

    public static void AddEncounters(this IServiceCollection services)
    {
        services.AddSingleton<ReadEncounters>();
        services.AddSingleton<StartEncounter>();
        services.AddSingleton<ChangeEncounter>();
        services.AddSingleton<CompleteEncounter>();
        services.AddSingleton<SignEncounter>();
        services.AddSingleton<AddAddendum>();
        services.AddSingleton<RecordVitals>();
    }

    public static void MapEncounters(this IEndpointRouteBuilder endpoints)
    {
        var encounters = endpoints.MapGroup("/api/encounters").RecordsRefusals().AcceptScopes();
        encounters.MapGet("", (HttpContext http, ReadEncounters use) => use.List(http))
            .Require(Readers).Lists<EncounterView>();
        encounters.MapPost("", (HttpContext http, StartEncounter use) => use.Answer(http))
            .Require(Writers).TakesRequestKey().Audits(AuditActions.Create).Produces<EncounterView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        encounters.MapGet("/{id}", (string id, HttpContext http, ReadEncounters use) => use.One(id, http))
            .Require(Readers).Reads<EncounterView>();
        encounters.MapPut("/{id}", (string id, HttpContext http, ChangeEncounter use) => use.Answer(id, http))
            .Require(Writers).NeedsToReach(ResourceInteractions.Read, Content).NeedsToReach(ResourceInteractions.Update, Content)
            .Changes<EncounterView>();
        encounters.MapPost("/{id}/complete", (string id, HttpContext http, CompleteEncounter use) => use.Answer(id, http))
            .Require(Writers).Changes<EncounterView>();
        encounters.MapPost("/{id}/sign", (string id, HttpContext http, SignEncounter use) => use.Answer(id, http))
            .Require(Signers).NeedsToReach(ResourceInteractions.Read, Content).NeedsToReach(ResourceInteractions.Update, Content)
            .Changes<EncounterView>();
        encounters.MapPost("/{id}/addenda", (string id, HttpContext http, AddAddendum use) => use.Answer(id, http))
            .Require(Signers).NeedsToReach(ResourceInteractions.Read, Content).NeedsToReach(ResourceInteractions.Update, Content)
            .TakesRequestKey().Audits(AuditActions.Create).Produces<EncounterView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        encounters.MapPost("/{id}/vitals", (string id, HttpContext http, RecordVitals use) => use.Answer(id, http))
            .Require(Writers).TakesRequestKey().Audits(AuditActions.Create).Produces<RecordedVitals>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }
}
