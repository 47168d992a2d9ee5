using Vagus.Fhir;
using Vagus.Identity.Notices;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Tests.Leaks;

/// <summary>
/// What leaves the server by itself while the clinics' people write: push messages, requests to the gateway of phones, mails, and the hooks
/// of subscriptions.
/// </summary>
public abstract class OutgoingLeakTests(Engine engine)
{
    [Fact]
    public async Task What_leaves_by_itself_says_to_who_may_read_that_something_came_and_to_nobody_a_word_of_it()
    {
        await using var outside = await Receiver.Start();
        await using var house = new House(engine, PlanOf(outside));
        await house.InitializeAsync();
        var scene = await LeakScene.Open(house);
        using var notices = await NoticeWays.Open(scene, outside);
        var hooks = await HookWay.Open(scene, outside);
        var check = new LeakCheck(scene);

        await scene.Write();

        await notices.Settle();
        await hooks.Settle();
        foreach (var way in (Way[])[notices.Push, notices.Phone, notices.Mail, hooks.Way]) await check.Ask(way);
        check.Passes(moreFound: 10, moreHidden: 800);
        // Of a patient's message nobody is told while nobody has taken the thread.
        foreach (var way in (Way[])[notices.Push, notices.Phone, notices.Mail])
            Assert.Equal("doctor, foreigner, nurse, parent, patient", await notices.Reached(way));
    }

    private static HousePlan PlanOf(Receiver outside) => House.Usual with
    {
        Fhir = new FhirOptions { HooksOnPrivateNetwork = true },
        Identity = House.Usual.Identity with
        {
            Notices = new NoticeOptions
            {
                Delay = TimeSpan.Zero,
                PhoneWebhook = new Uri(outside.Address, "/gateway"),
                PhoneSecret = new string('s', 32),
                PhoneOnPrivateNetwork = true,
                PushOnPrivateNetwork = true,
            },
        },
    };
}

public sealed class OutgoingLeaksOnSqlite() : OutgoingLeakTests(Engine.Sqlite);

public sealed class OutgoingLeaksOnPostgres() : OutgoingLeakTests(Engine.Postgres);
