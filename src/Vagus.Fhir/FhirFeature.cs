using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Fhir.Bundles;
using Vagus.Fhir.Exports;
using Vagus.Fhir.Http;
using Vagus.Fhir.Imports;
using Vagus.Fhir.Interactions.Terminology;
using Vagus.Fhir.Interactions;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Profiles;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Records;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Search.Sql;
using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing;
using Vagus.Fhir.Subscribing.OwnTopics;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir;

/// <summary>The only door of this room: R4 at <c>/fhir</c>.</summary>
public static class FhirFeature
{
    // RFC 9110 §9.1: a server that answers GET answers HEAD.
    private static readonly string[] Reads = ["GET", "HEAD"];

    public static IServiceCollection AddFhir(this IServiceCollection services, FhirOptions options)
    {
        services.AddSingleton(options);
        var own = new OwnBases([.. options.BaseUrl is { } known ? [known] : Array.Empty<string>(), .. options.OtherBaseUrls]);
        services.AddSingleton(own);
        services.AddSingleton<FhirCalls>();
        services.AddSingleton(new SettingRule(
            TenantNarrowing.Setting, setting => TenantNarrowing.Refuse(setting, R4Definitions.IsResourceType)));
        services.AddSingleton<FullText>();
        services.AddSingleton(new SettingRule(FullText.Setting, FullText.Refuse));
        services.AddSingleton<UploadedParameters>();
        services.AddSingleton<IndexStatus>();
        services.AddSingleton<StoredDefinitions>();
        services.AddSingleton<R4Specification>();
        services.AddSingleton<ReadProfiles>();
        services.AddSingleton<ProfilePolicy>();
        services.AddSingleton<ValidateProfiles>();
        services.AddSingleton(new SettingRule(ProfilePolicy.Setting, ProfilePolicy.Refuse));
        services.AddSingleton<ReferencePolicy>();
        services.AddSingleton(new SettingRule(ReferencePolicy.Setting, ReferencePolicy.Refuse));
        services.AddSingleton<FhirWrites>();
        services.AddSingleton<ReadObservers>();
        services.AddSingleton<LeadingCounts>();
        services.AddSingleton<FhirReads>();
        services.AddSingleton<RedisclosureNotices>();
        services.AddSingleton<PageCursors>();
        services.AddSingleton(new SettingRule(RedisclosureNotices.Setting, RedisclosureNotices.Refuse));
        services.AddSingleton<Capabilities>();
        services.AddSubscriptions();
        services.AddSingleton<AskSubscriptions>();
        services.AddSingleton<IssueBindingToken>();
        services.AddSingleton<AdministerSubscriptions>();
        services.AddSingleton<CreateResource>();
        services.AddSingleton<Messages>();
        services.AddSingleton(provider => new MessageRecords(
            provider.GetRequiredService<FhirWrites>(), options, own, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new OrganizationMembers(options, own, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new FindMembers(
            provider.GetRequiredService<FhirReads>(), options, own, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<UpdateResource>();
        services.AddSingleton<PatchResource>();
        services.AddSingleton<DeleteResource>();
        services.AddSingleton<ReadResource>();
        services.AddSingleton<ReadVersion>();
        services.AddSingleton<ReadHistory>();
        services.AddSingleton<SearchResources>();
        services.AddSingleton<ReadEverything>();
        services.AddSingleton<MetaOperations>();
        services.AddSingleton<OtherMethods>();
        services.AddSingleton<ReadDefinitions>();
        services.AddSingleton(provider => new ImportResources(
            options, provider.GetRequiredService<FhirWrites>(), provider.GetRequiredService<Database>(),
            provider.GetRequiredService<IdSource>(), own, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ObservationStatistics>();
        services.AddSingleton<FindDocuments>();
        services.AddSingleton<StartExport>();
        services.AddSingleton<RunExport>();
        services.AddSingleton<FindExports>();
        services.AddSingleton<ReadExport>();
        services.AddSingleton<RemoveExport>();
        services.AddSingleton<GiveExportFile>();
        services.AddSingleton<TerminologyOperation>();
        services.AddSingleton<ExpandValueSets>();
        services.AddSingleton<LookUpCodes>();
        services.AddSingleton<ValidateCodes>();
        services.AddSingleton<TranslateCodes>();
        services.AddSingleton<ValidateResource>();
        services.AddSingleton<LastObservations>();
        services.AddSingleton<MatchPatients>();
        services.AddSingleton<ReadAuditEvents>();
        services.AddSingleton<RunTransaction>();
        services.AddSingleton<CostlySearches>();
        services.AddSingleton<RunBatch>();
        services.AddSingleton<ConditionalRequests>();
        services.AddSingleton<LargeBodies>();
        services.AddSingleton<PostBundle>();
        services.AddSingleton<ResourceVersions>();
        services.AddSingleton<RecordVersions>();
        services.AddSingleton(provider =>
            new OpenRecord(provider.GetRequiredService<FhirCalls>(), provider.GetRequiredService<FhirReads>()));
        services.AddSingleton(provider => new FhirRecords(
            provider.GetRequiredService<FhirCalls>(), provider.GetRequiredService<FhirReads>(), provider.GetRequiredService<FhirWrites>(),
            provider.GetRequiredService<IdSource>()));
        foreach (var type in FileLinks.Types) services.AddSingleton<IKeepRows>(new FollowFiles(type));
        services.AddSingleton<ResourcesNow>();
        services.AddSingleton<ChangedResources>();
        services.AddSingleton(provider => new OpenLiveSearch(
            provider.GetRequiredService<FhirReads>(), options, own, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IReadEventLabels, ReadEventLabels>();
        services.AddSingleton<ResourceLabels>();
        services.AddSingleton<ReadPatients>();
        services.AddSingleton<IReadPatients>(provider => provider.GetRequiredService<ReadPatients>());
        services.AddSingleton<ICheckScopes, CheckScopes>();
        services.AddSingleton<IFindPatients, FindPatients>();
        services.AddMigrations(
        [
            .. FhirMigrations.All, SearchKindsMigration.Rows(own), UploadedParameters.Step, ExportTables.Step, ImportTables.Step,
            ExportTables.Deletions, SubscriptionTables.Step, TopicTables.Step, OwnersMigration.Step,
            FormerTables.Step, DueTables.Step, DueTables.Broad, ApplicationTables.Step,
        ]);
        services.AddSingleton(SubscriptionTables.Restored);
        services.AddMovedTables(MovedTables.All);
        foreach (var family in MovedTables.Families) services.AddSingleton(family);
        return services;
    }

    /// <summary>The duties, in a process that serves <c>/fhir</c>. Others read and write through the services alone.</summary>
    public static IServiceCollection RunFhir(this IServiceCollection services)
    {
        services.AddLeasedDuty<IndexTexts>();
        services.AddLeasedDuty<FollowOlderFiles>();
        services.AddLeasedDuty<IndexParameters>();
        services.AddLeasedDuty<SweepExports>();
        services.RunSubscriptions();
        return services;
    }

    public static void MapFhir(this IEndpointRouteBuilder endpoints)
    {
        AdministerSubscriptions.Map(endpoints);
        var refuse = new RefusalWriter((http, refusal) => FhirResponses.Refuse(refusal).ExecuteAsync(http));
        var open = endpoints.MapGroup("/fhir").WithMetadata(refuse).AllowAnyone("the CapabilityStatement tells clients how to sign in");
        open.AddEndpointFilter(Formats.Refuse);
        open.MapMethods("/metadata", Reads, (HttpContext http, Capabilities use) => use.Answer(http))
            .AuditsNothing("it holds nothing of any patient");

        var fhir = endpoints.MapGroup("/fhir").WithMetadata(refuse).Require(Policy.AnyCaller).AcceptScopes();
        fhir.AddEndpointFilter<RouteGroupBuilder, RecordRefusals>();
        fhir.AddEndpointFilter<RouteGroupBuilder, KnowParameters>();
        fhir.Map("/{**rest}", (HttpContext http, OtherMethods use) => use.Answer(http)).Audits(AuditActions.RefusedAtDoor);
        MapExportFiles(fhir);
        fhir = fhir.MapGroup("").AddEndpointFilter(Formats.Refuse);
        MapExports(fhir);
        fhir.MapPost("/", (HttpContext http, PostBundle use) => use.Answer(http))
            .Audits(AuditActions.Batch);
        fhir.MapMethods("/{type}", Reads, (string type, HttpContext http, SearchResources use) => use.Answer(type, http))
            .Audits(AuditActions.Search);
        ReadAuditEvents.Map(fhir, Reads);
        fhir.MapMethods("/", Reads, (HttpContext http, SearchResources use) => use.AnswerTypes(http))
            .Audits(AuditActions.Search);
        fhir.MapPost("/_search", (HttpContext http, SearchResources use) => use.AnswerTypesForm(http))
            .Audits(AuditActions.Search);
        fhir.MapMethods("/{of}/{ofId}/{type}", Reads,
            (string of, string ofId, string type, HttpContext http, SearchResources use) => use.AnswerCompartment(of, ofId, type, http))
            .Audits(AuditActions.Search);
        fhir.MapPost("/{of}/{ofId}/{type}/_search",
            (string of, string ofId, string type, HttpContext http, SearchResources use) => use.AnswerCompartmentForm(of, ofId, type, http))
            .Audits(AuditActions.Search);
        MapOperations(fhir);
        MapTerminology(fhir);
        fhir.MapPost("/{type}/_search", (string type, HttpContext http, SearchResources use) => use.AnswerForm(type, http))
            .Audits(AuditActions.Search);
        fhir.MapPost(
            "/{type}", (string type, HttpContext http, CreateResource use, ConditionalRequests conditional) =>
            http.Request.Headers.ContainsKey("If-None-Exist") ? conditional.Create(type, http) : use.Answer(type, http))
            .Audits(AuditActions.Create);
        fhir.MapPost($"/{Messages.Type}", (HttpContext http, Messages use) => use.Create(http)).Audits(AuditActions.Create);
        fhir.MapPut("/{type}", (string type, HttpContext http, ConditionalRequests use) => use.Update(type, http))
            .Audits(AuditActions.Update);
        fhir.MapPatch("/{type}", (string type, HttpContext http, ConditionalRequests use) => use.Patch(type, http))
            .Audits(AuditActions.Update);
        fhir.MapDelete("/{type}", (string type, HttpContext http, ConditionalRequests use) => use.Delete(type, http))
            .Audits(AuditActions.Delete);
        fhir.MapMethods("/{type}/{id}", Reads, (string type, string id, HttpContext http, ReadDefinitions use) => use.Answer(type, id, http))
            .Audits(AuditActions.Read);
        fhir.MapPut("/{type}/{id}", (string type, string id, HttpContext http, UpdateResource use) => use.Answer(type, id, http))
            .Audits(AuditActions.Update);
        fhir.MapPatch("/{type}/{id}", (string type, string id, HttpContext http, PatchResource use) => use.Answer(type, id, http))
            .Audits(AuditActions.Update);
        fhir.MapDelete("/{type}/{id}", (string type, string id, HttpContext http, DeleteResource use) => use.Answer(type, id, http))
            .Audits(AuditActions.Delete);
        fhir.MapMethods("/_history", Reads, (HttpContext http, ReadHistory use) => use.AnswerSystem(http))
            .Audits(AuditActions.HistoryOfSystem);
        fhir.MapMethods("/{type}/_history", Reads, (string type, HttpContext http, ReadHistory use) => use.AnswerType(type, http))
            .Audits(AuditActions.HistoryOfType);
        fhir.MapMethods("/{type}/{id}/_history", Reads,
            (string type, string id, HttpContext http, ReadHistory use) => use.Answer(type, id, http))
            .Audits(AuditActions.History);
        fhir.MapMethods("/{type}/{id}/_history/{version}", Reads,
            (string type, string id, string version, HttpContext http, ReadVersion use) => use.Answer(type, id, version, http))
            .Audits(AuditActions.ReadVersion);
    }

    private static void MapExports(RouteGroupBuilder fhir)
    {
        string[] asked = ["GET", "POST"];
        var exports = fhir.MapGroup("").Audits(AuditActions.Operation).RequireFreshSignIn();
        exports.MapMethods("/$export", asked, (HttpContext http, StartExport use) => use.OfSystem(http));
        exports.MapMethods("/Patient/$export", asked, (HttpContext http, StartExport use) => use.OfPatients(http));
        exports.MapMethods("/Group/{id}/$export", asked, (string id, HttpContext http, StartExport use) => use.OfGroup(id, http));
    }

    // A manifest and files are in formats of their own.
    private static void MapExportFiles(RouteGroupBuilder fhir)
    {
        fhir.MapGet("/$export-status/{export}", (string export, HttpContext http, ReadExport use) => use.Answer(export, http))
            .Audits(AuditActions.Operation);
        fhir.MapDelete("/$export-status/{export}", (string export, HttpContext http, RemoveExport use) => use.Answer(export, http))
            .Audits(AuditActions.Operation);
        fhir.MapGet(
            "/$export-status/{export}/{file}",
            (string export, string file, HttpContext http, GiveExportFile use) => use.Answer(export, file, http))
            .Audits(AuditActions.ReadFile);
    }

    private static void MapTerminology(RouteGroupBuilder fhir)
    {
        string[] asked = [.. Reads, "POST"];
        fhir.MapMethods("/ValueSet/$expand", asked, (HttpContext http, ExpandValueSets use) => use.Answer(http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/ValueSet/{id}/$expand", asked, (string id, HttpContext http, ExpandValueSets use) => use.AnswerOne(id, http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/ValueSet/$validate-code", asked, (HttpContext http, ValidateCodes use) => use.OfValueSet(http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/CodeSystem/$validate-code", asked, (HttpContext http, ValidateCodes use) => use.OfCodeSystem(http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/CodeSystem/$lookup", asked, (HttpContext http, LookUpCodes use) => use.Lookup(http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/CodeSystem/$subsumes", asked, (HttpContext http, LookUpCodes use) => use.Subsumes(http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/ConceptMap/$translate", asked, (HttpContext http, TranslateCodes use) => use.Answer(http))
            .Audits(AuditActions.Operation);
    }

    private static void MapOperations(RouteGroupBuilder fhir)
    {
        fhir.MapMethods(
            "/{type}/{id}/$everything", [.. Reads, "POST"],
            (string type, string id, HttpContext http, ReadEverything use) => use.Answer(type, id, http)).Audits(AuditActions.Operation);
        fhir.MapMethods(
            "/{type}/$lastn", [.. Reads, "POST"], (string type, HttpContext http, LastObservations use) => use.Answer(type, http))
            .Audits(AuditActions.Operation);
        string[] asked = [.. Reads, "POST"];
        fhir.MapMethods("/Observation/$stats", asked, (HttpContext http, ObservationStatistics use) => use.Answer(http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/DocumentReference/$docref", asked, (HttpContext http, FindDocuments use) => use.Answer(http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/Subscription/$status", asked, (HttpContext http, AskSubscriptions use) => use.Status(id: null, http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/Subscription/{id}/$status", asked, (string id, HttpContext http, AskSubscriptions use) => use.Status(id, http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods("/Subscription/{id}/$events", asked, (string id, HttpContext http, AskSubscriptions use) => use.Events(id, http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods(
            "/Subscription/$get-ws-binding-token", asked, (HttpContext http, IssueBindingToken use) => use.Answer(id: null, http))
            .Audits(AuditActions.IssueTicket);
        fhir.MapMethods(
            "/Subscription/{id}/$get-ws-binding-token", asked,
            (string id, HttpContext http, IssueBindingToken use) => use.Answer(id, http))
            .Audits(AuditActions.IssueTicket);
        fhir.MapMethods("/SearchParameter/{id}/$index-status", Reads, (string id, HttpContext http, IndexStatus use) => use.Answer(id, http))
            .Audits(AuditActions.Read);
        fhir.MapPost("/{type}/$match", (string type, HttpContext http, MatchPatients use) => use.Answer(type, http))
            .Audits(AuditActions.Operation);
        fhir.MapMethods($"/{Messages.Type}/{{id}}/$decrypt", Reads, (string id, HttpContext http, Messages use) => use.Decrypt(id, http))
            .Audits(AuditActions.Read);
        fhir.MapMethods(
            "/{type}/{id}/$meta", Reads, (string type, string id, HttpContext http, MetaOperations use) => use.Read(type, id, http))
            .Audits(AuditActions.Read);
        fhir.MapPost(
            "/{type}/{id}/$meta-add", (string type, string id, HttpContext http, MetaOperations use) => use.Add(type, id, http))
            .Audits(AuditActions.Update);
        fhir.MapPost(
            "/{type}/{id}/$meta-delete", (string type, string id, HttpContext http, MetaOperations use) => use.Delete(type, id, http))
            .Audits(AuditActions.Update);
        const string looked = "it looks at the body and at profiles, and shows nothing of any patient that is stored";
        fhir.MapPost("/{type}/$validate", (string type, HttpContext http, ValidateResource use) => use.Answer(type, null, http))
            .AuditsNothing(looked);
        fhir.MapPost(
            "/{type}/{id}/$validate", (string type, string id, HttpContext http, ValidateResource use) => use.Answer(type, id, http))
            .AuditsNothing(looked);
    }
}
