using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;
using Vagus.Messaging.Canned;
using Vagus.Messaging.Direct;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Erasing;
using Vagus.Messaging.Exporting;
using Vagus.Messaging.Files;
using Vagus.Messaging.Holding;
using Vagus.Messaging.Live;
using Vagus.Messaging.Measuring;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Notices;
using Vagus.Messaging.Portal;
using Vagus.Messaging.Records;
using Vagus.Messaging.Searching;
using Vagus.Messaging.Staff;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;

namespace Vagus.Messaging;

/// <summary>The only door of this room: messages over HTTP, at <c>/messaging</c> of Socket.IO, and as Communications at /fhir.</summary>
public static class MessagingFeature
{
    private static readonly Role[] Writers = [.. Enum.GetValues<Role>().Where(role => role != Role.Service)];

    /// <summary>Needs AddStorage, AddAccess, AddIdentity, AddFhir, AddRealtime, a TimeProvider and an IdSource.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services, MessagingOptions options)
    {
        options.Validate();
        services.AddSingleton(options);
        services.AddMigrations(MessagingMigrations.All);
        services.AddSingleton(new SettingRule(MessagingPolicy.Setting, MessagingPolicy.Refuse));
        services.AddNotices();
        services.AddSearch();
        AddExports(services);
        AddThreads(services);
        AddWriting(services);
        AddDoors(services);
        services.AddSingleton<IKeepMessages, KeepCommunications>();
        services.AddSingleton<FollowPool>();
        services.AddSingleton<IKeepRows, FollowCareTeams>();
        services.AddSingleton<IKeepRows, FollowOrganizations>();
        services.AddSingleton<TypingBoard>();
        services.AddSingleton<UnreadChanges>();
        return services;
    }

    /// <summary>The namespace, consumers and duties, in a process that serves messages. Others need the services alone.</summary>
    public static IServiceCollection RunMessaging(this IServiceCollection services)
    {
        services.AddSingleton<ILiveNamespace, MessagingNamespace>();
        services.AddSingleton<ILiveCommand, SendMessageCommand>();
        services.AddSingleton<ILiveCommand, MarkReadCommand>();
        services.AddSingleton<ILiveCommand, TypingCommand>();
        services.AddHostedService(provider => provider.GetRequiredService<TypingBoard>());
        services.AddHostedService<PushUnreadCounts>();
        services.RunNotices();
        services.RunSearch();
        services.AddLeasedDuty<MindThreads>();
        services.AddLeasedDuty<GiveBackThreads>();
        services.AddLeasedDuty<CoverThreads>();
        services.AddLeasedDuty<DateThreadsAnew>();
        services.AddLeasedDuty<RenewReaders>();
        services.AddLeasedDuty<EraseThreads>();
        services.AddLeasedDuty<ReleaseHeld>();
        return services;
    }

    public static IEndpointRouteBuilder MapMessaging(this IEndpointRouteBuilder endpoints)
    {
        CannedDoor.Map(endpoints);
        DirectDoor.Map(endpoints.MapGroup("/api/messages").RequireCaller(Writers).RecordsRefusals());
        StaffDoor.Map(endpoints);
        PortalDoor.Map(endpoints);
        return endpoints;
    }

    private static void AddThreads(IServiceCollection services)
    {
        services.AddSingleton<ThreadSights>();
        services.AddSingleton<ThreadSeals>();
        services.AddSingleton<ThreadEvents>();
        services.AddSingleton<IKnowThreads, KnowThreads>();
        services.AddSingleton<MessageTurns>();
        services.AddSingleton<AddMessage>();
        services.AddSingleton<Attachments>();
        services.AddSingleton<MessageAnswers>();
        services.AddSingleton<Correspondents>();
        services.AddSingleton<SendPace>();
        services.AddSingleton<WriteInThread>();
        services.AddSingleton<MarkRead>();
        services.AddSingleton<RetractMessage>();
        services.AddSingleton<UnreadThreads>();
        services.AddSingleton<ThreadPages>();
        services.AddSingleton<NewerAnswer>();
        services.AddSingleton<GiveAttachment>();
        services.AddSingleton<MessagingPolicies>();
        services.AddSingleton<Coverage>();
        services.AddSingleton<Routes>();
        services.AddSingleton<PrepareMessage>();
    }

    private static void AddExports(IServiceCollection services)
    {
        services.AddSingleton<ClinicTime>();
        services.AddSingleton<OpenedPages>();
        services.AddSingleton<WriteBundle>();
        services.AddSingleton<BeginErasing>();
        services.AddSingleton<RemoveThread>();
        services.AddSingleton<ExportTurns>();
        services.AddSingleton<WriteConversation>();
        services.AddSingleton<ExportThread>();
        services.AddSingleton<MessageVolumes>();
        services.AddSingleton<FirstResponses>();
        services.AddSingleton<ReadMetrics>();
    }

    private static void AddWriting(IServiceCollection services)
    {
        services.AddSingleton<CannedResponses>();
        services.AddSingleton<FillCanned>();
        services.AddSingleton<ReadCanned>();
        services.AddSingleton<ChangeCanned>();
        services.AddSingleton<KeepDraft>();
        services.AddSingleton<TakeMessage>();
        services.AddSingleton<TakeThread>();
        services.AddSingleton<HeldThreads>();
        services.AddSingleton<HeldAnswers>();
        services.AddSingleton<WriteAnswers>();
        services.AddSingleton<SendHeld>();
        services.AddSingleton<HeldDoor>();
        services.AddSingleton<FollowThread>();
        services.AddSingleton<ShowOptions>();
    }

    private static void AddDoors(IServiceCollection services)
    {
        services.AddSingleton<FindRecipient>();
        services.AddSingleton<DeliverySides>();
        services.AddSingleton<PresentTeams>();
        services.AddSingleton<WriteDirect>();
        services.AddSingleton<SendDirect>();
        services.AddSingleton<ReadConversation>();
        services.AddSingleton<DirectDoor>();
        services.AddSingleton<ThreadAnswers>();
        services.AddSingleton<NoteAnswers>();
        services.AddSingleton<StaffMembers>();
        services.AddSingleton<Notes>();
        services.AddSingleton<ListThreads>();
        services.AddSingleton<ReadThread>();
        services.AddSingleton<ListAssignments>();
        services.AddSingleton<WriteThread>();
        services.AddSingleton<BeginThread>();
        services.AddSingleton<KeepChange>();
        services.AddSingleton<ChangeParticipants>();
        services.AddSingleton<PlaceThread>();
        services.AddSingleton<ChangeThread>();
        services.AddSingleton<StaffDoor>();
        services.AddSingleton<HoldThread>();
        services.AddSingleton<PortalThreads>();
        services.AddSingleton<ReadPortal>();
        services.AddSingleton<PortalDoor>();
    }
}
