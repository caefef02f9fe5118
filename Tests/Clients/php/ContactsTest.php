<?php
declare(strict_types=1);

require_once __DIR__ . '/Intercom.php';

use PHPUnit\Framework\TestCase;

final class ContactsTest extends TestCase
{
    private string $token;

    protected function setUp(): void
    {
        $this->token = Intercom::token();
    }

    public function testAContactThatIsCreatedCanBeRead(): void
    {
        $created = $this->call('/contacts', ['email' => 'worker@example.com']);
        self::assertSame('worker@example.com', $this->call("/contacts/{$created['id']}")['email']);
    }

    public function testAnotherTokenHasAWorkspaceOfItsOwn(): void
    {
        $before = $this->call('/contacts')['total_count'];
        $this->call('/contacts', ['email' => 'worker@example.com'], 'somebody-else');
        self::assertSame($before, $this->call('/contacts')['total_count']);
    }

    private function call(string $path, ?array $body = null, ?string $token = null): array
    {
        $token ??= $this->token;
        $options = [
            'method' => $body === null ? 'GET' : 'POST',
            'header' => ["Authorization: Bearer $token", 'Content-Type: application/json'],
            'content' => $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR),
        ];
        $answer = file_get_contents(Intercom::url() . $path, false, stream_context_create(['http' => $options]));
        return json_decode((string) $answer, true, flags: JSON_THROW_ON_ERROR);
    }
}
