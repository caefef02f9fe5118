import API

extension DocumentedErrors {
  /// The errors that the published descriptions document for each operation, but for the 401 that all have (errors.md, 4):
  /// status, code, versions, message, names of examples, operations.
  static let intercom = DocumentedErrors(
    table: #"""
      400 | away_status_reason_mandatory | 2.14-Preview | Away status reason is mandatory | away_status_reason_mandatory | PUT /admins/{id}/away
      400 | parameter_invalid | 2.14-Preview | Away status reason is deleted | parameter_invalid | PUT /admins/{id}/away
      404 | admin_not_found | 2.7-Preview | Admin not found | Admin not found | GET /admins/{id}
      404 | admin_not_found | 2.7-Preview | Admin for admin_id not found | Admin not found | PUT /admins/{id}/away
      400 | parameter_invalid | Preview | Cannot schedule a publish while setting state to draft | Scheduling conflict | POST /articles, PUT /articles/{id}
      400 | parameter_invalid | Preview | Cannot set scheduled_publish_at and scheduled_unpublish_at in the same request | Conflicting pending schedules | POST /articles, PUT /articles/{id}
      400 | parameter_not_found | 2.7-Preview | author_id must be in the main body or default locale translated_content object | Bad Request | POST /articles
      400 | parameter_invalid | Preview | Cannot schedule unpublish for an article that has never been published | Unpublish before publish | PUT /articles/{id}
      400 | parameter_invalid | 2.16-Preview | Unknown locale | Unknown locale | GET /articles/{article_id}/versions, GET /articles/{article_id}/versions/{id}
      403 | forbidden | 2.16-Preview | Not authorized to manage knowledge base content | Forbidden | POST /articles/{article_id}/tags, DELETE /articles/{article_id}/tags/{id}
      404 | not_found | 2.7-Preview | Resource Not Found | Article not found; Article Not Found | DELETE /articles/{id}, GET /articles/{id}, PUT /articles/{id}
      404 | article_not_found | 2.16-Preview | Article not found | Article not found | POST /articles/{article_id}/tags, DELETE /articles/{article_id}/tags/{id}
      404 | tag_not_found | 2.16-Preview | Tag not found | Tag not found | POST /articles/{article_id}/tags, DELETE /articles/{article_id}/tags/{id}
      422 | parameter_invalid | 2.16-Preview | Article must be published before a draft can be staged | Article not published | PUT /articles/{id}/draft
      422 | parameter_invalid | 2.16-Preview | Article has no draft to publish | No draft to publish | POST /articles/{id}/draft/publish
      422 | parameter_invalid | 2.16-Preview | Cannot publish a draft for locale(s) without pending changes: fr | Locale has no pending changes | POST /articles/{id}/draft/publish
      422 | parameter_not_found | 2.16-Preview | locales must be specified to publish a draft on a multilingual workspace | Locales required on a multilingual workspace | POST /articles/{id}/draft/publish
      404 | not_found | 2.16-Preview | Resource Not Found | Audience not found | DELETE /audiences/{id}, GET /audiences/{id}, PUT /audiences/{id}
      422 | validation_error | 2.16-Preview | Name is required | Validation error | POST /audiences
      422 | validation_error | 2.16-Preview | Name must not be blank | Validation error | PUT /audiences/{id}
      404 | not_found | 2.16-Preview | User Not Found | Contact not found | GET /contacts/{id}/banners
      404 | not_found | 2.16-Preview | Resource Not Found | Banner view not found | POST /contacts/{id}/banners/{view_id}/dismiss
      404 | not_found | 2.15-Preview | Brand not found | Brand not found | GET /brands/{id}
      400 | conversation_id_limit_exceeded | 2.14-Preview | A list of up to 20 conversation IDs is required | too_many_ids | POST /calls/search
      404 | not_found | 2.14-Preview | Not Found | Not Found | GET /calls/{id}, GET /calls/{id}/transcript
      404 | not_found | 2.14-Preview | Recording Not Found | Not Found | GET /calls/{id}/recording
      400 | bad_request | 2.7-Preview | bad 'test' parameter | Bad Request | POST /companies
      400 | invalid_field | Preview | segment_id is not a valid search field | Unsupported field | POST /companies/search
      400 | contact_company_limit_exceeded | 2.7-Preview | Contact has reached the maximum of 1000 company associations | Contact Company Limit Exceeded | POST /contacts/{id}/companies
      400 | parameter_not_found | 2.7-Preview | company not specified | Bad Request | POST /contacts/{id}/companies
      403 | forbidden | Preview | job job_v2_1 is closed for new task updates | job_closed | POST /companies/bulk, PUT /companies/bulk, POST /companies/bulk/delete
      404 | company_not_found | 2.7-Preview | Company Not Found | Company Not Found | GET /companies, DELETE /companies/{id}, GET /companies/{id}, PUT /companies/{id}, GET /companies/{id}/contacts, GET /companies/{id}/segments, POST /contacts/{id}/companies, DELETE /contacts/{contact_id}/companies/{id}
      404 | job_not_found | Preview | job job_v2_1 not found | job_not_found | POST /companies/bulk, PUT /companies/bulk, POST /companies/bulk/delete
      404 | not_found | 2.7-Preview | User Not Found | Contact Not Found | DELETE /contacts/{contact_id}/companies/{id}
      422 | field_not_found | Preview | companies field must be supplied | missing_companies | POST /companies/bulk, PUT /companies/bulk, POST /companies/bulk/delete
      422 | field_not_found | Preview | companies must be identified by id | missing_id | PUT /companies/bulk, POST /companies/bulk/delete
      422 | parameter_invalid | Preview | maximum number of companies per request is 100 | too_many_companies | POST /companies/bulk, PUT /companies/bulk, POST /companies/bulk/delete
      422 | type_mismatch | Preview | companies must be an array | companies_not_an_array | POST /companies/bulk, PUT /companies/bulk, POST /companies/bulk/delete
      422 | type_mismatch | Preview | each company must be an object | company_not_an_object | POST /companies/bulk, PUT /companies/bulk, POST /companies/bulk/delete
      400 | invalid_merge | 2.16-Preview | Contacts can only be merged when they are duplicates (matching email or phone). Pass skip_duplicate_validation=true to override this check. | Not a duplicate | POST /contacts/merge
      400 | invalid_sort_order | 2.16-Preview | Invalid sort order 'desc'. Must be one of: ascending, descending | Invalid sort order | POST /contacts/search
      403 | forbidden | Preview | job job_v2_1 is closed for new task updates | job_closed | POST /contacts/bulk, PUT /contacts/bulk, POST /contacts/bulk/delete
      404 | job_not_found | Preview | job job_v2_1 not found | job_not_found | POST /contacts/bulk, PUT /contacts/bulk, POST /contacts/bulk/delete
      404 | not_found | 2.7-Preview | User Not Found | Contact not found | GET /contacts/{id}/companies, GET /contacts/{contact_id}/segments, GET /contacts/{contact_id}/subscriptions, GET /contacts/{contact_id}/tags
      404 | not_found | 2.16-Preview | Contact not found | Contact not found | GET /contacts/{id}/merge_history
      410 | contact_merged | 2.16-Preview | This contact has been merged. See the 'Link' header for the canonical contact. | Contact Merged | GET /contacts/find_by_external_id/{external_id}, GET /contacts/{id}
      422 | field_not_found | Preview | contacts field must be supplied | missing_contacts | POST /contacts/bulk, PUT /contacts/bulk, POST /contacts/bulk/delete
      422 | field_not_found | Preview | contacts must be identified by id | missing_id | PUT /contacts/bulk, POST /contacts/bulk/delete
      422 | parameter_invalid | Preview | maximum number of contacts per request is 100 | too_many_contacts | POST /contacts/bulk, PUT /contacts/bulk, POST /contacts/bulk/delete
      422 | type_mismatch | Preview | contacts must be an array | contacts_not_an_array | POST /contacts/bulk, PUT /contacts/bulk, POST /contacts/bulk/delete
      422 | type_mismatch | Preview | each contact must be an object | contact_not_an_object | POST /contacts/bulk, PUT /contacts/bulk, POST /contacts/bulk/delete
      422 | data_invalid | 2.16-Preview | Invalid or duplicated record reference | ValidationError | GET /content/search
      403 | forbidden | 2.16-Preview | Not authorized to manage knowledge base content | Forbidden | POST /content_snippets/{content_snippet_id}/tags, DELETE /content_snippets/{content_snippet_id}/tags/{id}
      404 | parameter_invalid | 2.16-Preview | audience_ids contains unknown audience IDs: 999 | Unknown audience IDs | POST /content_snippets, PUT /content_snippets/{id}
      404 | not_found | 2.16-Preview | Content snippet not found | Content snippet not found | DELETE /content_snippets/{id}, GET /content_snippets/{id}, PUT /content_snippets/{id}
      404 | content_snippet_not_found | 2.16-Preview | Content snippet not found | Content snippet not found | POST /content_snippets/{content_snippet_id}/tags, DELETE /content_snippets/{content_snippet_id}/tags/{id}
      404 | tag_not_found | 2.16-Preview | Tag not found | Tag not found | POST /content_snippets/{content_snippet_id}/tags, DELETE /content_snippets/{content_snippet_id}/tags/{id}
      422 | validation_error | 2.16-Preview | The language is not currently supported for Fin | Validation error | POST /content_snippets, PUT /content_snippets/{id}
      422 | content_has_procedure_dependencies | 2.16-Preview | Content snippet has dependent procedures and cannot be deleted | Content snippet has procedure dependencies | DELETE /content_snippets/{id}
      403 | api_plan_restricted | 2.7-Preview | Active subscription needed. | API plan restricted | POST /conversations/{id}/customers, DELETE /conversations/{conversation_id}/customers/{contact_id}
      404 | not_found | 2.7-Preview | Resource Not Found | Not found; Conversation not found | POST /conversations/{id}/customers, DELETE /conversations/{conversation_id}/customers/{contact_id}
      404 | not_found | 2.7-Preview | User Not Found | Contact not found | DELETE /conversations/{conversation_id}/customers/{contact_id}
      422 | parameter_invalid | 2.7-Preview | Removing the last customer is not allowed | Last customer | DELETE /conversations/{conversation_id}/customers/{contact_id}
      403 | forbidden | Preview | Forbidden request | Forbidden | PUT /conversations/{conversation_id}/conversation_parts/{id}
      404 | conversation_part_or_message_not_found | 2.7-Preview | Conversation part or message not found | Not found | POST /conversations/redact
      404 | not_found | Preview | Resource Not Found | Conversation part not found | PUT /conversations/{conversation_id}/conversation_parts/{id}
      400 | intercom_version_invalid | 2.16-Preview | Requested resource is not available in current API version. | Resource not available | GET /conversations/deleted
      400 | parameter_invalid | 2.10-Preview | Ticket type is not a customer ticket type | Bad request | POST /conversations/{id}/convert
      400 | parameter_invalid | 2.16-Preview | merge_into_conversation_id must be a valid integer conversation ID | Bad request | POST /conversations/{id}/merge
      401 | token_unauthorized | 2.16-Preview | Not authorized to access resource | Unauthorized | POST /conversations/{id}/merge
      403 | api_plan_restricted | 2.7-Preview | Active subscription needed. | API plan restricted | GET /conversations, POST /conversations, GET /conversations/{id}, PUT /conversations/{id}, POST /conversations/{id}/parts, POST /conversations/{id}/reply
      403 | api_plan_restricted | 2.13-Preview | Active subscription needed. | API plan restricted | DELETE /conversations/{id}
      403 | forbidden | 2.16-Preview | Forbidden request | Forbidden | POST /conversations/{id}/merge
      403 | api_plan_restricted | 2.7-2.11 | Active subscription needed. | API plan restricted | POST /conversations/{conversation_id}/run_assignment_rules
      404 | not_found | 2.7-Preview | User Not Found | Contact Not Found | POST /conversations
      404 | not_found | 2.7-Preview | Resource Not Found | Not found | GET /conversations/{id}, PUT /conversations/{id}, POST /conversations/{id}/parts, POST /conversations/{id}/reply
      404 | not_found | 2.7-2.11 | Resource Not Found | Not found | POST /conversations/{conversation_id}/run_assignment_rules
      422 | merge_failed | 2.16-Preview | Cannot merge a conversation into itself | Self-merge | POST /conversations/{id}/merge
      422 | merge_failed | 2.16-Preview | Primary conversation not found | Primary not found | POST /conversations/{id}/merge
      422 | merge_failed | 2.16-Preview | Secondary conversation has already been merged | Already merged | POST /conversations/{id}/merge
      404 | conversation_attribute_not_found | 2.16-Preview | Conversation attribute not found | Not found; Attribute not found | DELETE /conversations/attributes/{id}, GET /conversations/attributes/{id}, PUT /conversations/attributes/{id}, POST /conversations/attributes/{id}/options, DELETE /conversations/attributes/{id}/options/{option_id}, PUT /conversations/attributes/{id}/options/{option_id}
      404 | conversation_attribute_not_found | 2.16-Preview | List option not found | Option not found | DELETE /conversations/attributes/{id}/options/{option_id}, PUT /conversations/attributes/{id}/options/{option_id}
      422 | parameter_invalid | 2.16-Preview | data_type 'invalid_type' is not valid. Allowed types: string, integer, list, decimal, boolean, datetime, relationship, files | Invalid data_type | POST /conversations/attributes
      422 | parameter_invalid | 2.16-Preview | Options can only be managed on list attributes | Not a list type | POST /conversations/attributes/{id}/options, DELETE /conversations/attributes/{id}/options/{option_id}, PUT /conversations/attributes/{id}/options/{option_id}
      422 | parameter_invalid | 2.16-Preview | label is required | Label required | POST /conversations/attributes/{id}/options, PUT /conversations/attributes/{id}/options/{option_id}
      422 | parameter_invalid | 2.16-Preview | label must be a string | Label not a string | POST /conversations/attributes/{id}/options, PUT /conversations/attributes/{id}/options/{option_id}
      422 | parameter_invalid | 2.16-Preview | only 'label' is accepted | Unexpected key in body | POST /conversations/attributes/{id}/options, PUT /conversations/attributes/{id}/options/{option_id}
      422 | parameter_invalid | 2.16-Preview | A list attribute must have at least 2 active options | Minimum options | DELETE /conversations/attributes/{id}/options/{option_id}
      404 | not_found | 2.13-Preview | Custom object type `undefined` not found | TypeNotFound | POST /custom_object_instances/{custom_object_type_identifier}
      404 | not_found | 2.16-Preview | Custom object type `undefined` not found | TypeNotFound | GET /custom_object_instances/{custom_object_type_identifier}
      400 | parameter_invalid | 2.7-Preview | Data Type isn't an option | Invalid Data Type | POST /data_attributes
      400 | parameter_invalid | 2.7-Preview | The Data Attribute model field must be either contact or company | Too few options for list | POST /data_attributes
      400 | parameter_invalid | 2.7-Preview | You already have 'The One Ring' in your company data. To save this as new company data, use a different name. | Attribute already exists | POST /data_attributes
      400 | parameter_invalid | 2.7-Preview | You already have 'The One Ring' in your company data. To save this as new people data, use a different name. | Same name already exists | POST /data_attributes
      400 | parameter_invalid | 2.7-Preview | Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens | Invalid name | POST /data_attributes
      400 | parameter_invalid | 2.7-Preview | Options isn't an array | Too few options in list | PUT /data_attributes/{id}
      404 | field_not_found | 2.7-Preview | We couldn't find that data attribute to update | Attribute Not Found | PUT /data_attributes/{id}
      422 | parameter_invalid | 2.16-Preview | model=conversation is no longer supported. Use GET /conversations/attributes instead | Deprecated conversation model | GET /data_attributes
      422 | data_invalid | 2.7-Preview | The Data Attribute you are trying to archive has a dependant object | Has Dependant Object | PUT /data_attributes/{id}
      400 | client_error | 2.16-Preview | Invalid starting_after param. Please try again using a starting_after value from a paginated response | Invalid cursor | GET /data_connectors
      400 | parameter_invalid | 2.16-Preview | Invalid state_version. Must be one of: live, draft | Invalid state_version | GET /data_connectors/{id}
      400 | parameter_invalid | 2.16-Preview | Invalid error_type. Must be one of: request_configuration_error, faraday_error, 3rd_party_error, response_mapping_error, token_refresh_error, fin_action_response_formatting_error, fin_action_identity_verification_error, email_verification_error, non_fin_standalone_action_identity_verification_error, request_validation_error, client_side_action_error | Invalid error_type | GET /data_connectors/{data_connector_id}/execution_results
      400 | parameter_invalid | 2.16-Preview | start_ts must be a Unix timestamp (integer) | Invalid timestamp | GET /data_connectors/{data_connector_id}/execution_results
      404 | data_connector_not_found | 2.16-Preview | Data connector not found | Data connector not found | DELETE /data_connectors/{id}, GET /data_connectors/{id}, PATCH /data_connectors/{id}, GET /data_connectors/{data_connector_id}/execution_results, GET /data_connectors/{data_connector_id}/execution_results/{id}
      404 | execution_result_not_found | 2.16-Preview | Execution result not found | Execution result not found | GET /data_connectors/{data_connector_id}/execution_results/{id}
      409 | conflict | 2.16-Preview | Data connector must be in draft state to be deleted | Data connector not in draft | DELETE /data_connectors/{id}
      409 | data_connector_in_use | 2.16-Preview | Data connector is in use by other resources and cannot be deleted | Data connector in use | DELETE /data_connectors/{id}
      409 | data_connector_in_use | 2.16-Preview | Data connector is in use by other resources and cannot be set to draft | Data connector in use | PATCH /data_connectors/{id}
      422 | parameter_invalid | 2.16-Preview | Invalid audiences. Must be a subset of: leads, users, visitors | Invalid audiences | POST /data_connectors, PATCH /data_connectors/{id}
      422 | parameter_not_found | 2.16-Preview | Name is required | Missing name | POST /data_connectors
      422 | parameter_invalid | 2.16-Preview | Http Method isn't an option | Invalid field value | PATCH /data_connectors/{id}
      422 | parameter_invalid | 2.16-Preview | Invalid state. Must be one of: draft, live | Invalid state | PATCH /data_connectors/{id}
      400 | parameter_not_found | Preview | catalog file is required | Missing catalog file | POST /ecommerce/connectors/{id}/catalog
      400 | parameter_not_found | Preview | catalog must be an uploaded file | Catalog is not a file | POST /ecommerce/connectors/{id}/catalog
      404 | import_source_not_found | Preview | No connector found with the provided id. | Connector not found | POST /ecommerce/connectors/{id}/catalog
      404 | not_found | Preview | The catalog API is not available for this workspace. | Feature not available | POST /ecommerce/connectors/{id}/catalog
      404 | upload_session_not_found | Preview | No active upload session found for the provided import_job_id. | Upload session not found | POST /ecommerce/connectors/{id}/catalog
      409 | sync_in_progress | Preview | A catalog upload is already in progress. Please wait for it to complete. | Sync already in progress | POST /ecommerce/connectors/{id}/catalog
      409 | sync_in_progress | Preview | A multipart upload is already in progress. Use import_job_id to continue. | Multipart session already exists | POST /ecommerce/connectors/{id}/catalog
      409 | upload_session_not_finalizable | Preview | Upload session cannot be finalized in its current state. | Session cannot be finalized | POST /ecommerce/connectors/{id}/catalog
      422 | import_job_id_required | Preview | Include import_job_id to continue an existing upload session. | import_job_id required for multipart | POST /ecommerce/connectors/{id}/catalog
      422 | invalid_catalog_format | Preview | catalog must be a JSON array | Catalog is not a JSON array | POST /ecommerce/connectors/{id}/catalog
      422 | invalid_catalog_format | Preview | each item in the catalog array must be a JSON object | Catalog items are not objects | POST /ecommerce/connectors/{id}/catalog
      422 | invalid_part_number | Preview | Expected part 2, got 3 | Out-of-sequence part number | POST /ecommerce/connectors/{id}/catalog
      422 | invalid_part_number | Preview | part_number must be a positive integer | Part number is not a positive integer | POST /ecommerce/connectors/{id}/catalog
      422 | payload_too_large | Preview | catalog file exceeds 99MB limit | File exceeds size limit | POST /ecommerce/connectors/{id}/catalog
      503 | internal_error | Preview | Failed to store catalog | Storage error | POST /ecommerce/connectors/{id}/catalog
      404 | not_found | 2.15-Preview | Email setting not found | Email setting not found | GET /emails/{id}
      400 | parameter_invalid | Preview | Conversation history cannot contain more than 10 items | Too many history items | POST /fin/ask
      400 | parameter_invalid | Preview | External Conversation ID is required | Conversation ID missing | POST /fin/ask
      400 | parameter_invalid | Preview | User ID is required | User ID missing | POST /fin/ask
      400 | parameter_invalid | Preview | Cannot update more than 10 attributes at once. | Too many attributes | POST /fin/capabilities
      400 | parameter_invalid | Preview | Conversation not found | Conversation not found | POST /fin/escalate
      400 | parameter_invalid | Preview | Either conversation_id or user must be provided | Neither identifier provided | POST /fin/escalate
      400 | parameter_invalid | Preview | Fin session already exists for this conversation. Please use /reply to continue the conversation. | Conversation already exists | POST /fin/procedures/{procedure_id}/run
      400 | parameter_invalid | Preview | No Fin profile is configured to handle this conversation. Configure a Fin profile and retry. | No Fin profile | POST /fin/procedures/{procedure_id}/run
      400 | parameter_invalid | Preview | Procedure does not have an API trigger | Procedure has no API trigger | POST /fin/procedures/{procedure_id}/run
      400 | parameter_invalid | Preview | Procedure is not live | Procedure not live | POST /fin/procedures/{procedure_id}/run
      400 | parameter_invalid | Preview | Procedure not found | Procedure not found | POST /fin/procedures/{procedure_id}/run
      400 | parameter_invalid | 2.14-Preview | conversation_id is required | Invalid request | POST /fin/reply, POST /fin/start
      400 | parameter_not_found | 2.7-Preview | Name is a required parameter. | Bad Request | POST /help_center/collections
      400 | parameter_invalid | 2.16-Preview | target_type must be 'article' or 'collection' | Invalid target_type | POST /help_center/help_centers/{help_center_id}/redirects
      400 | parameter_not_found | 2.16-Preview | from_url is required | Missing parameter | POST /help_center/help_centers/{help_center_id}/redirects
      404 | not_found | 2.7-Preview | Resource Not Found | Collection not found; Collection Not Found; collection Not Found | DELETE /help_center/collections/{id}, GET /help_center/collections/{id}, PUT /help_center/collections/{id}, GET /help_center/help_centers/{id}
      404 | not_found | 2.16-Preview | Resource not found | Not Found | GET /help_center/help_centers/{help_center_id}/redirects, POST /help_center/help_centers/{help_center_id}/redirects, DELETE /help_center/help_centers/{help_center_id}/redirects/{id}, GET /help_center/help_centers/{help_center_id}/redirects/{id}
      404 | not_found | 2.7-2.9 | Resource Not Found | Section not found; Section Not Found; section Not Found | DELETE /help_center/sections/{id}, GET /help_center/sections/{id}, PUT /help_center/sections/{id}
      409 | resource_conflict | 2.16-Preview | A redirect with that URL already exists | Conflict | POST /help_center/help_centers/{help_center_id}/redirects
      422 | data_invalid | 2.16-Preview | from_url must be an absolute URL within this help center's URL space | Invalid data | POST /help_center/help_centers/{help_center_id}/redirects
      422 | parameter_invalid | 2.14-2.16 | Your IP (1.2.3.4) is not on the allowlist. Saving would lock you out of this workspace. | Lockout Protection | PUT /ip_allowlist
      404 | identity_verification_secret_not_found | Preview | Identity verification secret not found | Secret not found | DELETE /secure_mode_secrets/{id}
      422 | parameter_invalid | Preview | name is required | Invalid parameters | POST /secure_mode_secrets
      400 | parameter_not_found | 2.13-Preview | author_id must be in the main body or default locale translated_content object | Bad Request | POST /internal_articles
      403 | forbidden | 2.16-Preview | Not authorized to manage knowledge base content | Forbidden | POST /internal_articles/{internal_article_id}/tags, DELETE /internal_articles/{internal_article_id}/tags/{id}
      404 | parameter_invalid | Preview | audience_ids contains unknown audience IDs: 999 | Unknown audience IDs | POST /internal_articles, PUT /internal_articles/{id}
      404 | not_found | 2.13-Preview | Resource Not Found | Internal article not found | DELETE /internal_articles/{id}, GET /internal_articles/{id}, PUT /internal_articles/{id}
      404 | internal_article_not_found | 2.16-Preview | Internal article not found | Internal article not found | POST /internal_articles/{internal_article_id}/tags, DELETE /internal_articles/{internal_article_id}/tags/{id}
      404 | tag_not_found | 2.16-Preview | Tag not found | Tag not found | POST /internal_articles/{internal_article_id}/tags, DELETE /internal_articles/{internal_article_id}/tags/{id}
      404 | job_not_found | 2.14-Preview | Job Not Found | Job not found | GET /jobs/status/{id}
      400 | parameter_invalid | 2.16-Preview | Invalid updated_since timestamp | Invalid parameter | GET /macros
      403 | forbidden | 2.16-Preview | You do not have the required scope (read_conversations) to access this resource | Missing required scope | GET /macros, GET /macros/{id}
      404 | not_found | 2.16-Preview | Macro not found | Macro not found | GET /macros/{id}
      400 | parameter_invalid | 2.7-Preview | Body is required | No body supplied for message; No body supplied for email message | POST /messages
      400 | parameter_invalid | Preview | Invalid SMS message body | Invalid body supplied for sms message | POST /messages
      403 | api_plan_restricted | 2.7-Preview | Active subscription needed. | API plan restricted | POST /messages
      403 | api_plan_restricted | 2.16-Preview | Active subscription needed. | API plan restricted | GET /messages/status
      404 | whatsapp_message_not_found | 2.16-Preview | Whatsapp message not found | Message not found | GET /messages/whatsapp/status
      422 | parameter_not_found | 2.7-Preview | No subject supplied for email message | No subject supplied for email message | POST /messages
      404 | not_found | 2.7-Preview | Resource Not Found | News Item Not Found | DELETE /news/news_items/{id}, GET /news/news_items/{id}, PUT /news/news_items/{id}
      404 | company_not_found | 2.15-Preview | Company Not Found | Company not found | GET /companies/{company_id}/notes
      404 | company_not_found | 2.16-Preview | Company Not Found | Company not found | POST /companies/{company_id}/notes
      404 | not_found | 2.16-Preview | Resource Not Found | Admin not found | POST /companies/{company_id}/notes
      404 | not_found | 2.7-Preview | Resource Not Found | Admin not found; Note not found | POST /contacts/{id}/notes, GET /notes/{id}
      404 | not_found | 2.7-Preview | User Not Found | Contact not found | GET /contacts/{id}/notes, POST /contacts/{id}/notes
      422 | data_invalid | 2.16-Preview | Invalid or duplicated record reference | ValidationError | POST /office_hours_schedules, PUT /office_hours_schedules/{id}, POST /office_hours_schedules/{office_hours_schedule_id}/office_hours_exceptions, PUT /office_hours_schedules/{office_hours_schedule_id}/office_hours_exceptions/{id}
      403 | forbidden | Preview | Admin does not have access to this conversation | Admin lacks conversation access | POST /procedures/{conversation_id}/collect_agent_input
      403 | forbidden | Preview | Procedures HITL API is not enabled for your app. | Feature not enabled | POST /procedures/{conversation_id}/collect_agent_input
      404 | not_found | Preview | Resource Not Found | Resource not found | POST /procedures/{conversation_id}/collect_agent_input
      404 | not_found | Preview | This HITL request has expired | HITL request expired | POST /procedures/{conversation_id}/collect_agent_input
      409 | conflict | Preview | This HITL request has already been fulfilled | Already fulfilled | POST /procedures/{conversation_id}/collect_agent_input
      400 | bad_request | 2.14-Preview | 'attribute_ids' is a required parameter | No attribute_ids | POST /export/reporting_data/enqueue
      400 | bad_request | 2.14-Preview | 'attribute_ids' not an array must be of type Array | Non array attribute_ids | POST /export/reporting_data/enqueue
      400 | bad_request | 2.14-Preview | 'dataset_id' is a required parameter | No dataset_id | POST /export/reporting_data/enqueue
      400 | bad_request | 2.14-Preview | attribute_ids invalid for conversation dataset: non_existent | Invalid attribute_ids | POST /export/reporting_data/enqueue
      400 | bad_request | 2.14-Preview | attribute_ids must contain at least one attribute_id | Empty attribute_ids | POST /export/reporting_data/enqueue
      400 | bad_request | 2.14-Preview | imaginary is not a valid dataset_id | Invalid dataset_id | POST /export/reporting_data/enqueue
      404 | not_found | 2.14-Preview | Export job not found for identifier: job1 | Not found | GET /download/reporting_data/{job_identifier}, GET /export/reporting_data/{job_identifier}
      429 | rate_limit_exceeded | 2.14-Preview | Exceeded rate limit of 5 pending reporting dataset export jobs | Unauthorized | POST /export/reporting_data/enqueue
      404 | not_found | 2.7-Preview | Resource Not Found | Segment not found | GET /segments/{id}
      404 | not_found | 2.7-Preview | Resource Not Found | Resource not found | POST /contacts/{contact_id}/subscriptions, DELETE /contacts/{contact_id}/subscriptions/{id}
      404 | not_found | 2.7-Preview | User Not Found | Contact not found | POST /contacts/{contact_id}/subscriptions, DELETE /contacts/{contact_id}/subscriptions/{id}
      400 | parameter_invalid | 2.7-Preview | invalid tag parameters | Invalid parameters | POST /tags
      400 | tag_has_dependent_objects | 2.7-Preview | Unable to delete Tag with dependent objects. Segments: Seg 1. | Tag has dependent objects | DELETE /tags/{id}
      404 | not_found | 2.7-Preview | Resource Not Found | Tag not found; Resource not found | POST /contacts/{contact_id}/tags, DELETE /contacts/{contact_id}/tags/{id}, DELETE /tags/{id}, GET /tags/{id}
      404 | not_found | 2.7-Preview | User Not Found | Contact not found | POST /contacts/{contact_id}/tags, DELETE /contacts/{contact_id}/tags/{id}
      404 | not_found | 2.7-Preview | Conversation not found | Conversation not found | POST /conversations/{conversation_id}/tags, DELETE /conversations/{conversation_id}/tags/{id}
      404 | tag_not_found | 2.7-Preview | Tag not found | Tag not found | DELETE /conversations/{conversation_id}/tags/{id}
      404 | company_not_found | 2.7-2.15 | Company Not Found | Company not found | POST /tags
      404 | not_found | 2.7-2.15 | User Not Found | User not found | POST /tags
      404 | ticket_not_found | 2.10-Preview | Ticket not found | Ticket not found | POST /tickets/{ticket_id}/tags, DELETE /tickets/{ticket_id}/tags/{id}
      404 | tag_not_found | 2.10-Preview | Tag not found | Tag not found | DELETE /tickets/{ticket_id}/tags/{id}
      400 | parameter_invalid | Preview | Only admin_ids and admin_priority_level can be updated on a team, but the request changed name | Field cannot be updated | PUT /teams/{id}
      400 | parameter_invalid | Preview | admin_ids must contain only numeric admin ids | Invalid admin ids | PUT /teams/{id}
      400 | parameter_invalid | Preview | admin_priority_level gives 493881 more than one priority level | Priority level given twice | PUT /teams/{id}
      400 | parameter_invalid | Preview | admin_priority_level names 814865, which is on neither the team nor admin_ids | Priority level names someone off the team | PUT /teams/{id}
      403 | api_plan_restricted | Preview | Updating team memberships via the API is not available for this workspace | Not available for this workspace | PUT /teams/{id}
      403 | forbidden | Preview | You don't have permission to manage teams in this workspace | Cannot manage teams | PUT /teams/{id}
      403 | forbidden | Preview | You don't have permission to update the members of this team | Forbidden | PUT /teams/{id}
      403 | api_plan_restricted | 2.16-Preview | Real-time monitoring is not enabled for your workspace. | feature_disabled | GET /teams/{team_id}/metrics
      404 | team_not_found | 2.7-Preview | Team not found | Team not found | GET /teams/{id}
      404 | team_not_found | Preview | Team not found | Team not found | PUT /teams/{id}
      404 | team_not_found | 2.16-Preview | Team not found | team_not_found | GET /teams/{team_id}/metrics
      409 | conflict | Preview | The members of this team are being changed by another request. Try again. | Conflict | PUT /teams/{id}
      409 | conflict | Preview | The members of this team kept being changed by other requests, so this one is partly applied. Read the team and try again. | Partly applied | PUT /teams/{id}
      400 | parameter_invalid | 2.14-Preview | Missing required ticket attributes | Bad Request | POST /tickets/enqueue
      400 | ticket_state_id_invalid | 2.12-Preview | Ticket state id is not valid or is not associated with the ticket type | Ticket state id is not valid or is not associated with the ticket type. | PUT /tickets/{id}
      400 | parameter_invalid | 2.16-Preview | Cannot change to the same ticket type | Same ticket type | POST /tickets/{ticket_id}/change_type
      400 | parameter_invalid | 2.16-Preview | Extra attributes provided that are not found on ticket type: Priority | Unknown ticket attribute | POST /tickets/{ticket_id}/change_type
      400 | parameter_invalid | 2.16-Preview | Ticket custom state doesn't belong to the new ticket type | Ticket state not in new ticket type | POST /tickets/{ticket_id}/change_type
      400 | parameter_not_found | 2.16-Preview | ticket_state_id is a required parameter | Missing ticket_state_id | POST /tickets/{ticket_id}/change_type
      400 | parameter_not_found | 2.16-Preview | ticket_type_id is a required parameter | Missing ticket_type_id | POST /tickets/{ticket_id}/change_type
      400 | already_linked_to_tracker | 2.16-Preview | A conversation can only have one tracker ticket | Already linked to a tracker | POST /tickets/{ticket_id}/linked_conversations
      400 | invalid_ticket_type | 2.16-Preview | Only tracker tickets support linking conversations | Not a tracker ticket | POST /tickets/{ticket_id}/linked_conversations
      400 | linked_conversation_limit_exceeded | 2.16-Preview | Ticket has reached the maximum number of conversations that can be linked | Linked conversation limit exceeded | POST /tickets/{ticket_id}/linked_conversations
      400 | parameter_not_found | 2.16-Preview | conversation_id not specified | Missing conversation_id | POST /tickets/{ticket_id}/linked_conversations
      400 | invalid_ticket_type | 2.16-Preview | Only tracker tickets support unlinking conversations | Not a tracker ticket | DELETE /tickets/{ticket_id}/linked_conversations/{id}
      400 | parameter_mismatch | 2.11-Preview | User replies are not allowed on Backoffice tickets | User reply | POST /tickets/{id}/reply
      403 | api_plan_restricted | 2.13-Preview | Active subscription needed. | API plan restricted | DELETE /tickets/{id}
      404 | assignee_not_found | 2.9-Preview | Assignee not found | Admin not found; Assignee not found | PUT /tickets/{id}
      404 | ticket_not_found | 2.13-Preview | Ticket not found | Ticket not found | DELETE /tickets/{id}
      404 | not_found | 2.16-Preview | Resource Not Found | Ticket not found | POST /tickets/{ticket_id}/change_type
      404 | conversation_not_found | 2.16-Preview | Conversation not found | Conversation not found | POST /tickets/{ticket_id}/linked_conversations
      404 | ticket_not_found | 2.16-Preview | Ticket not found | Ticket not found | POST /tickets/{ticket_id}/linked_conversations, DELETE /tickets/{ticket_id}/linked_conversations/{id}
      404 | conversation_not_found | 2.16-Preview | Conversation is not linked to this ticket | Conversation not linked | DELETE /tickets/{ticket_id}/linked_conversations/{id}
      404 | not_found | 2.10-Preview | Resource Not Found | Not found | POST /tickets/{id}/reply
      404 | not_found | 2.7-Preview | Visitor Not Found | Visitor not found; visitor Not Found | GET /visitors, PUT /visitors
      403 | api_plan_restricted | 2.15-Preview | Workflow export is not available for this app | Feature not available | GET /export/workflows/{id}
      404 | not_found | 2.15-Preview | Workflow not found | Workflow not found | GET /export/workflows/{id}
      """#)
}
