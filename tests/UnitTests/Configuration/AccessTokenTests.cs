using Sparkplug.Configuration;

namespace UnitTests.Configuration;

public sealed class AccessTokenTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparkplug-token-");

    private string TokenFile => Path.Combine(_folder.FullName, "token");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_token_is_made_once_for_its_owner_alone()
    {
        var file = Path.Combine(_folder.FullName, "new", "data", "token");
        var made = AccessToken.ReadOrCreate(file);
        var token = File.ReadAllText(made.Path).Trim();
        Assert.Equal(64, token.Length);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(made.Path));
        Assert.True(AccessToken.ReadOrCreate(file).IsIn($"Bearer {token}"));
    }

    [Fact]
    public void Only_the_whole_token_lets_in()
    {
        var access = AccessToken.ReadOrCreate(TokenFile);
        var token = File.ReadAllText(access.Path).Trim();
        Assert.True(access.IsIn($"bearer {token}"));
        foreach (var wrong in new[] { null, "", "Bearer", "Bearer ", $"Basic {token}", token, $"Bearer {token[..^1]}", $"Bearer {token}0" })
            Assert.False(access.IsIn(wrong));
    }

    [Fact]
    public void A_token_file_without_a_token_is_named()
    {
        File.WriteAllText(TokenFile, "short\n");
        Assert.Contains("token", Assert.Throws<InvalidDataException>(() => AccessToken.ReadOrCreate(TokenFile)).Message, StringComparison.Ordinal);
    }
}
