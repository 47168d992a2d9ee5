using Vagus.Kernel;
using Vagus.Realtime.Presence;
using Vagus.Realtime.Requests;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>Sets the namespaces up: who is let in, and what a client can ask for in each.</summary>
internal sealed class ConfigureNamespaces(
    LiveNamespaces namespaces,
    AuthenticateSocketIO authenticate,
    SocketLifetime lifetime,
    SubscribeSocketIO subscribe,
    ViewResource view,
    AnswerEvent answer)
{
    /// <summary>Fails when two commands of one namespace have the same name.</summary>
    public void Configure(SocketIOServer server)
    {
        foreach (var name in namespaces.Names) server.Namespace(name, Configure);
    }

    private void Configure(SocketNamespace target)
    {
        var feed = namespaces.FeedOf(target.Name);
        Func<Refusal, Refusal> told = namespaces.FeatureOf(target.Name) is { } feature ? feature.Told : refusal => refusal;
        var forms = new SocketForms(target, isFeature: feed == NamespaceFeed.Feature);
        target
            .Use((socket, cancel) => authenticate.Admit(socket, forms, cancel))
            .OnConnect(lifetime.Begin)
            .OnDisconnect(lifetime.End)
            .On("authenticate", answer.With(authenticate.Renew))
            .OnAny(answer.With((_, _, _) => ValueTask.FromResult<Result<object>>(Refusals.UnknownEvent), told));
        if (feed == NamespaceFeed.Log)
        {
            target
                .On("subscribe", answer.With(subscribe.Subscribe))
                .On("unsubscribe", answer.With(subscribe.Unsubscribe))
                .On("view", answer.With((session, arguments, cancel) =>
                    view.Run(session, session.Views, AnswerEvent.Given(arguments), cancel)));
        }

        foreach (var command in namespaces.CommandsIn(target.Name)) target.On(command.Name, answer.With(command, told));
    }
}
