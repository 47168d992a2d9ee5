using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Identity.BreakingGlass;
using Vagus.Identity.Delivering;
using Vagus.Identity.Doors;
using Vagus.Identity.Mail;
using Vagus.Identity.Notices;
using Vagus.Identity.Passwords;
using Vagus.Identity.People;
using Vagus.Identity.Portal;
using Vagus.Identity.Recovery;
using Vagus.Identity.Sessions;
using Vagus.Identity.Tickets;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Identity;

/// <summary>The part of this room about accounts: mails, portal accounts, forgotten passwords.</summary>
internal static class AccountsFeature
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<QueueMail>();
        services.AddSingleton<TellUser>();
        services.AddSingleton<IFindUsers, FindUsers>();
        services.AddSingleton<ComposeMail>();
        services.AddSingleton(Delivery);
        services.AddDeliveries();
        services.AddSingleton<OneTimeTokens>();
        services.AddSingleton<ForgotPassword>();
        services.AddSingleton<AnswerForgotten>();
        services.AddSingleton<ResetPassword>();
        services.AddSingleton<ChangePassword>();
        services.AddSingleton(provider => new InvitePatient(
            provider.GetRequiredService<IReadPatients>(),
            provider.GetRequiredService<IFindPatients>(),
            provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<QueueMail>(),
            provider.GetRequiredService<IdSource>()));
        services.AddSingleton<CreateAccount>();
        services.AddSingleton<ActivateAccount>();
        services.AddSingleton<VerifyEmail>();
        services.AddSingleton<SweepOneTimeTokens>();
        services.AddSingleton<ReadDependants>();
        services.AddSingleton(new SettingRule(ProxyAges.Setting, ProxyAges.Refuse));
        services.AddSingleton<ListProxies>();
        services.AddSingleton<PatientProxies>();
        services.AddSingleton<IssueTicket>();
        services.AddSingleton<ConnectionTickets, SessionTickets>();
        services.AddSingleton(new SettingRule(BreakGlassPolicy.Setting, BreakGlassPolicy.Refuse));
        services.AddSingleton<ReadOpenGlass>();
        services.AddSingleton<BreakTheGlass>();
        services.AddSingleton<EndBreakGlass>();
        services.AddSingleton<ReviewBreakGlass>();
        services.AddSingleton<BreakGlassMetrics>();
        AddAdministration(services);
        services.AddHostedService<AccountsUpkeep>();
    }

    // Constructors that are internal are called here.
    private static void AddAdministration(IServiceCollection services)
    {
        services.AddSingleton(provider => new InviteUser(
            provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<QueueMail>(),
            provider.GetRequiredService<IdSource>()));
        services.AddSingleton(provider => new ServiceAccounts(
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<PasswordHashing>(),
            provider.GetRequiredService<SessionAuthentication>(),
            provider.GetRequiredService<IdSource>()));
        services.AddSingleton(provider => new AdministerSessions(
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<SessionAuthentication>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RecordAccountReads>();
        services.AddSingleton<ListUsers>();
        services.AddSingleton<ChangeUserAsAdmin>();
        services.AddSingleton<AdministerUsers>();
        services.AddSingleton<AdministerServices>();
    }

    public static void MapAccounts(this IEndpointRouteBuilder endpoints)
    {
        var patient = endpoints.MapGroup("/api/patients/{patientId}").AddEndpointFilter(NotStored).RecordsRefusals();
        InvitePatient.Map(patient);
        PatientProxies.Map(patient);
        BreakTheGlass.Map(patient);
        EndBreakGlass.Map(patient);
        var admin = endpoints.MapGroup("/api/admin").Require(Policy.Admin).AddEndpointFilter(NotStored).RecordsRefusals();
        AdministerUsers.Map(admin);
        AdministerSessions.Map(admin);
        AdministerServices.Map(admin);
        ReviewBreakGlass.Map(admin);
        OAuth.AdministerApps.Map(admin);
        ManagePreferences.Map(endpoints);
        TakeBounces.Map(endpoints);
        ManagePush.Map(endpoints);
        var portal = endpoints.MapGroup(RefreshCookie.PatientPath).RecordsRefusals();
        ActivateAccount.Map(portal, RefreshCookie.PatientPath);
        VerifyEmail.Map(portal);
        MapDoor(portal, Door.Patient);
        MapDoor(endpoints.MapGroup(RefreshCookie.StaffPath).RecordsRefusals(), Door.Staff);
    }

    private static void MapDoor(RouteGroupBuilder door, Door of)
    {
        IssueTicket.Map(door);
        ForgotPassword.Map(door, of);
        ResetPassword.Map(door, of);
        ChangePassword.Map(door, of);
    }

    // Answers name people and hold secrets: no browser keeps them.
    private static ValueTask<object?> NotStored(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return next(context);
    }

    private static IDeliverMail Delivery(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IdentityOptions>().Mail;
        if (options.Smtp is { } server) return new SmtpDelivery(options, server);
        return new MailFolder(options.Folder ?? Path.Combine(provider.GetRequiredService<StorageOptions>().DataFolder, "mail"));
    }
}
