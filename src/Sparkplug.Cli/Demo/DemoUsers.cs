using Sparkplug.Broker.Security;

namespace Sparkplug.Cli.Demo;

/// <summary>The demo's users. Their passwords are made anew with each start and are nowhere but in this process.</summary>
internal sealed class DemoUsers(string path)
{
    public const string EdgeUser = "edge", HostUser = "host", Guest = "guest";

    private readonly Dictionary<string, string> _passwords = [];

    public string PasswordOf(string user) => _passwords[user];

    public void MakeNew()
    {
        var users = BrokerUsers.Open(path);
        foreach (var user in new[] { EdgeUser, HostUser, Guest })
        {
            _passwords[user] = BrokerUsers.MakeUpPassword();
            users.Add(user, _passwords[user]);
        }
    }
}
